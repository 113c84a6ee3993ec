// Logins from a terminal: the request, the session that opened it, the grant, and the result. A login stores a grant and
// never a secret; codes are stored as hashes.
import type { DeviceLoginId, MembershipId, OrganizationId, SessionId, TokenId, UserId } from "@mintmark/core";
import type { SqlContext } from "./bind.ts";
import type { DeviceLoginRow } from "./tables.ts";
import type { Hash } from "./values.ts";

/** What a login was granted, and by whom. It is judged again when the token is minted. */
export interface DeviceGrant {
  readonly at: number;
  readonly organizationId: OrganizationId;
  readonly membershipId: MembershipId;
  readonly tokenName: string;
  /** `null`: the whole role. */
  readonly permissions: readonly string[] | null;
  readonly tokenExpiresAt: number | null;
}

/** The browser session that opened a login; nobody else decides about it. */
export interface DeviceClaim {
  readonly sessionId: SessionId;
  readonly userId: UserId;
  readonly at: number;
}

/** Where the browser hands the code to, on the machine that it runs on, and what the code is bound to. */
export interface Loopback {
  readonly redirectUri: string;
  /** PKCE, S256. */
  readonly codeChallenge: string;
}

export interface DeviceLoginRecord {
  readonly id: DeviceLoginId;
  /** What the device calls itself: anybody's text, made fit to be shown. */
  readonly deviceName: string;
  /** Where it was asked for. */
  readonly ip: string | null;
  readonly userAgent: string | null;
  readonly createdAt: number;
  readonly expiresAt: number;
  /** `null`: the device polls. */
  readonly loopback: Loopback | null;
  /** How long the device has to wait between two polls. */
  readonly pollIntervalMs: number;
  readonly lastPolledAt: number | null;
  readonly claim: DeviceClaim | null;
  readonly grant: DeviceGrant | null;
  /** When the code that the browser was given ends; `null` where there is none. */
  readonly codeExpiresAt: number | null;
  readonly deniedAt: number | null;
  /** When a grant turned out to be worth nothing. */
  readonly refusedAt: number | null;
  readonly redeemedAt: number | null;
  readonly tokenId: TokenId | null;
}

export interface NewDeviceLogin extends Pick<
  DeviceLoginRecord,
  "id" | "deviceName" | "ip" | "userAgent" | "createdAt" | "expiresAt" | "loopback" | "pollIntervalMs" | "claim"
> {
  /** Of the two codes of a device that polls; `null` with a loopback. */
  readonly codes: { readonly deviceCodeHash: Hash; readonly userCodeHash: Hash } | null;
}

/** Which of its codes a login is looked for by. */
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
 * Whatever became of it; its time is judged by the caller. By device_logins_device_code, device_logins_user_code or
 * device_logins_authorization_code.
 */
async function findDeviceLogin(
  { db, json }: SqlContext,
  kind: DeviceCodeKind,
  hash: Hash,
): Promise<DeviceLoginRecord | null> {
  const row = await db.selectFrom("device_logins").selectAll().where(HASH_COLUMN[kind], "=", hash).executeTakeFirst();
  return row === undefined ? null : toDeviceLogin(row, json);
}

/** Taken after organization, membership and user, and before a token. By primary key; the row is locked. */
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

/** By primary key. */
async function update({ db }: SqlContext, id: DeviceLoginId, fields: Partial<DeviceLoginRow>): Promise<void> {
  await db.updateTable("device_logins").set(fields).where("id", "=", id).execute();
}

/**
 * Refuses every login that this user opened and that is not decided or redeemed, and answers them. A scan: logins are
 * forgotten after a day.
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

/** Forgets at most `limit` logins whose time was over before `before`; answers how many. By device_logins_expires. */
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

/** `code` is what the browser hands to a loopback; `null` where the device polls. */
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
 * Forgets at most `limit` logins that no session opened: those whose time was over before `before`, or the oldest of
 * those beyond so many. Answers how many. By device_logins_expires; all live equally long, so the one that ends first is
 * the oldest.
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
