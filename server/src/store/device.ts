// Logins from a terminal: the request, the session that opened it, the grant, and the result. A login stores a grant and
// never a secret; codes are stored as hashes.
import type { DeviceLoginId, MembershipId, OrganizationId, SessionId, TokenId, UserId } from "@mintmark/core";
import type { SqlContext } from "./context.ts";
import type { DeviceLoginRow } from "./tables.ts";
import type { Hash } from "./values.ts";

/** The permissions that a login was granted, and by whom. The grant is evaluated again when the token is minted. */
export interface DeviceGrant {
  readonly at: number;
  readonly organizationId: OrganizationId;
  readonly membershipId: MembershipId;
  readonly tokenName: string;
  /** `null`: the whole role. */
  readonly permissions: readonly string[] | null;
  readonly tokenExpiresAt: number | null;
}

/** The browser session that opened a login. Only this session decides about it. */
export interface DeviceClaim {
  readonly sessionId: SessionId;
  readonly userId: UserId;
  readonly at: number;
}

/** The loopback address that the browser sends the code to, and the challenge that binds the code. */
export interface Loopback {
  readonly redirectUri: string;
  /** PKCE, S256. */
  readonly codeChallenge: string;
}

export interface DeviceLoginRecord {
  readonly id: DeviceLoginId;
  /** The name that the device gave itself, made safe to display. */
  readonly deviceName: string;
  /** The address of the request. */
  readonly ip: string | null;
  readonly userAgent: string | null;
  readonly createdAt: number;
  readonly expiresAt: number;
  /** `null`: the device polls. */
  readonly loopback: Loopback | null;
  /** How long the device must wait between two polls. */
  readonly pollIntervalMs: number;
  readonly lastPolledAt: number | null;
  readonly claim: DeviceClaim | null;
  readonly grant: DeviceGrant | null;
  /** When the code that the browser was given expires; `null` if there is none. */
  readonly codeExpiresAt: number | null;
  readonly deniedAt: number | null;
  /** When redeeming found that the grant no longer holds. */
  readonly refusedAt: number | null;
  readonly redeemedAt: number | null;
  readonly tokenId: TokenId | null;
}

export interface NewDeviceLogin extends Pick<
  DeviceLoginRecord,
  "id" | "deviceName" | "ip" | "userAgent" | "createdAt" | "expiresAt" | "loopback" | "pollIntervalMs" | "claim"
> {
  /** Hashes of the two codes of a device that polls; `null` with a loopback. */
  readonly codes: { readonly deviceCodeHash: Hash; readonly userCodeHash: Hash } | null;
}

/** The code that a login is found by. */
type DeviceCodeKind = "device_code" | "user_code" | "authorization_code";

export const deviceReads = { findDeviceLogin };

export const deviceWrites = {
  lockDeviceLogin,
  insertDeviceLogin,
  refuseDeviceLoginsOf,
  forgetDeviceLogins,
  claimDeviceLogin,
  grantDeviceLogin,
  denyDeviceLogin,
  refuseDeviceLogin,
  redeemDeviceLogin,
  notePoll,
  forgetUnclaimedLogins,
};

const HASH_COLUMN = {
  device_code: "device_code_hash",
  user_code: "user_code_hash",
  authorization_code: "authorization_code_hash",
} as const satisfies Record<DeviceCodeKind, keyof DeviceLoginRow>;

/**
 * Finds the login in any state; the caller checks its expiry. Uses device_logins_device_code, device_logins_user_code
 * or device_logins_authorization_code.
 */
async function findDeviceLogin(
  { db, json }: SqlContext,
  kind: DeviceCodeKind,
  hash: Hash,
): Promise<DeviceLoginRecord | null> {
  const row = await db.selectFrom("device_logins").selectAll().where(HASH_COLUMN[kind], "=", hash).executeTakeFirst();
  return row === undefined ? null : toDeviceLogin(row, json);
}

/** Locks the row, after organization, membership and user, and before a token. Uses the primary key. */
async function lockDeviceLogin(
  { db, json, locksRows }: SqlContext,
  id: DeviceLoginId,
): Promise<DeviceLoginRecord | null> {
  const query = db.selectFrom("device_logins").selectAll().where("id", "=", id);
  const row = await (locksRows ? query.forNoKeyUpdate() : query).executeTakeFirst();
  return row === undefined ? null : toDeviceLogin(row, json);
}

async function insertDeviceLogin({ db }: SqlContext, login: NewDeviceLogin): Promise<void> {
  await db
    .insertInto("device_logins")
    .values({
      id: login.id,
      device_code_hash: login.codes?.deviceCodeHash ?? null,
      user_code_hash: login.codes?.userCodeHash ?? null,
      authorization_code_hash: null,
      device_name: login.deviceName,
      ip: login.ip,
      user_agent: login.userAgent,
      created_at: login.createdAt,
      expires_at: login.expiresAt,
      redirect_uri: login.loopback?.redirectUri ?? null,
      code_challenge: login.loopback?.codeChallenge ?? null,
      poll_interval_ms: login.pollIntervalMs,
      last_polled_at: null,
      ...claimColumns(login.claim),
      ...grantColumns(null),
      code_expires_at: null,
      denied_at: null,
      refused_at: null,
      redeemed_at: null,
      token_id: null,
    })
    .execute();
}

/** Uses the primary key. */
async function update({ db }: SqlContext, id: DeviceLoginId, fields: Partial<DeviceLoginRow>): Promise<void> {
  await db.updateTable("device_logins").set(fields).where("id", "=", id).execute();
}

/**
 * Refuses every login that this user opened and that is neither decided nor redeemed, and returns them. Scans the
 * table: logins are deleted after a day.
 */
async function refuseDeviceLoginsOf(
  { db }: SqlContext,
  userId: UserId,
  at: number,
): Promise<readonly Pick<DeviceLoginRecord, "id" | "deviceName">[]> {
  const rows = await db
    .updateTable("device_logins")
    .set({ refused_at: at })
    .where("user_id", "=", userId)
    .where("redeemed_at", "is", null)
    .where("denied_at", "is", null)
    .where("refused_at", "is", null)
    .returning(["id", "device_name"])
    .execute();
  return rows.map(({ id, device_name: deviceName }) => ({ id, deviceName }));
}

/** Deletes up to `limit` logins that had expired before `before`, and returns how many. Uses device_logins_expires. */
async function forgetDeviceLogins({ db }: SqlContext, before: number, limit: number): Promise<number> {
  const old = db
    .selectFrom("device_logins")
    .select("id")
    .where("expires_at", "<", before)
    .orderBy("expires_at")
    .limit(limit);
  const { numDeletedRows } = await db.deleteFrom("device_logins").where("id", "in", old).executeTakeFirstOrThrow();
  return Number(numDeletedRows);
}

function claimColumns(claim: DeviceClaim | null) {
  return {
    session_id: claim?.sessionId ?? null,
    user_id: claim?.userId ?? null,
    claimed_at: claim?.at ?? null,
  } satisfies Partial<DeviceLoginRow>;
}

function grantColumns(grant: DeviceGrant | null) {
  const permissions = grant?.permissions ?? null;
  return {
    granted_at: grant?.at ?? null,
    organization_id: grant?.organizationId ?? null,
    membership_id: grant?.membershipId ?? null,
    token_name: grant?.tokenName ?? null,
    permissions: permissions === null ? null : JSON.stringify(permissions),
    token_expires_at: grant?.tokenExpiresAt ?? null,
  } satisfies Partial<DeviceLoginRow>;
}

function toDeviceLogin(row: DeviceLoginRow, json: SqlContext["json"]): DeviceLoginRecord {
  return {
    id: row.id,
    deviceName: row.device_name,
    ip: row.ip,
    userAgent: row.user_agent,
    createdAt: row.created_at,
    expiresAt: row.expires_at,
    loopback:
      row.redirect_uri === null || row.code_challenge === null
        ? null
        : { redirectUri: row.redirect_uri, codeChallenge: row.code_challenge },
    pollIntervalMs: row.poll_interval_ms,
    lastPolledAt: row.last_polled_at,
    claim:
      row.session_id === null || row.user_id === null || row.claimed_at === null
        ? null
        : { sessionId: row.session_id, userId: row.user_id, at: row.claimed_at },
    grant: toGrant(row, json),
    codeExpiresAt: row.code_expires_at,
    deniedAt: row.denied_at,
    refusedAt: row.refused_at,
    redeemedAt: row.redeemed_at,
    tokenId: row.token_id,
  };
}

function toGrant(row: DeviceLoginRow, json: SqlContext["json"]): DeviceGrant | null {
  const { granted_at: at, organization_id: organizationId, membership_id: membershipId, token_name: tokenName } = row;
  if (at === null || organizationId === null || membershipId === null || tokenName === null) return null;
  return {
    at,
    organizationId,
    membershipId,
    tokenName,
    permissions: json.permissionsOf(row.permissions),
    tokenExpiresAt: row.token_expires_at,
  };
}

async function claimDeviceLogin(context: SqlContext, id: DeviceLoginId, claim: DeviceClaim): Promise<void> {
  await update(context, id, claimColumns(claim));
}

/** `code` is the code that the browser sends to a loopback address; `null` where the device polls. */
async function grantDeviceLogin(
  context: SqlContext,
  id: DeviceLoginId,
  grant: DeviceGrant,
  code: { readonly hash: Hash; readonly expiresAt: number } | null,
): Promise<void> {
  await update(context, id, {
    ...grantColumns(grant),
    authorization_code_hash: code?.hash ?? null,
    code_expires_at: code?.expiresAt ?? null,
  });
}

async function denyDeviceLogin(context: SqlContext, id: DeviceLoginId, at: number): Promise<void> {
  await update(context, id, { denied_at: at });
}

async function refuseDeviceLogin(context: SqlContext, id: DeviceLoginId, at: number): Promise<void> {
  await update(context, id, { refused_at: at });
}

async function redeemDeviceLogin(context: SqlContext, id: DeviceLoginId, tokenId: TokenId, at: number): Promise<void> {
  await update(context, id, { redeemed_at: at, token_id: tokenId });
}

async function notePoll(context: SqlContext, id: DeviceLoginId, at: number, pollIntervalMs: number): Promise<void> {
  await update(context, id, { last_polled_at: at, poll_interval_ms: pollIntervalMs });
}

/**
 * Deletes up to `limit` logins that no session opened, and returns how many: those that had expired before `before`, or
 * the oldest beyond the newest `beyond`. Uses device_logins_expires; all logins last equally long, so the one that
 * expires first is the oldest.
 */
async function forgetUnclaimedLogins(
  { db }: SqlContext,
  which: { readonly before: number } | { readonly beyond: number },
  limit: number,
): Promise<number> {
  const unclaimed = db.selectFrom("device_logins").select("id").where("claimed_at", "is", null).limit(limit);
  const old =
    "before" in which
      ? unclaimed.where("expires_at", "<", which.before).orderBy("expires_at")
      : unclaimed.orderBy("expires_at", "desc").offset(which.beyond);
  const { numDeletedRows } = await db.deleteFrom("device_logins").where("id", "in", old).executeTakeFirstOrThrow();
  return Number(numDeletedRows);
}
