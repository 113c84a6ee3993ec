import type { DeviceLoginId, UserId } from "@mintmark/core";
import type { Hash } from "../credential-port.ts";
import type {
  DeviceClaim,
  DeviceCodeKind,
  DeviceGrant,
  DeviceLoginReads,
  DeviceLoginRecord,
  DeviceLoginWrites,
  NewDeviceLogin,
} from "../device-login-port.ts";
import type { DeviceLoginRow } from "../device-login-tables.ts";
import type { SqlContext } from "./context.ts";

export function deviceLoginReads(context: SqlContext): DeviceLoginReads {
  return { findDeviceLogin: (kind, hash) => findDeviceLogin(context, kind, hash) };
}

export function deviceLoginWrites(context: SqlContext): DeviceLoginWrites {
  const set = (id: DeviceLoginId, fields: Partial<DeviceLoginRow>): Promise<void> => update(context, id, fields);
  return {
    insertDeviceLogin: (login) => insertDeviceLogin(context, login),
    lockDeviceLogin: (id) => lockDeviceLogin(context, id),
    claimDeviceLogin: (id, claim) => set(id, claimColumns(claim)),
    grantDeviceLogin: (id, grant, code) =>
      set(id, {
        ...grantColumns(grant),
        authorization_code_hash: code?.hash ?? null,
        code_expires_at: code?.expiresAt ?? null,
      }),
    denyDeviceLogin: (id, at) => set(id, { denied_at: at }),
    refuseDeviceLogin: (id, at) => set(id, { refused_at: at }),
    refuseDeviceLoginsOf: (userId, at) => refuseDeviceLoginsOf(context, userId, at),
    redeemDeviceLogin: (id, tokenId, at) => set(id, { redeemed_at: at, token_id: tokenId }),
    notePoll: (id, at, pollIntervalMs) => set(id, { last_polled_at: at, poll_interval_ms: pollIntervalMs }),
    forgetDeviceLogins: (before, limit) => forgetDeviceLogins(context, before, limit),
    forgetUnclaimedLogins: (which, limit) => forgetUnclaimedLogins(context, which, limit),
  };
}

const HASH_COLUMN = {
  device_code: "device_code_hash",
  user_code: "user_code_hash",
  authorization_code: "authorization_code_hash",
} as const satisfies Record<DeviceCodeKind, keyof DeviceLoginRow>;

/** By device_logins_device_code, device_logins_user_code or device_logins_authorization_code. */
async function findDeviceLogin(
  { db, json }: SqlContext,
  kind: DeviceCodeKind,
  hash: Hash,
): Promise<DeviceLoginRecord | null> {
  const row = await db.selectFrom("device_logins").selectAll().where(HASH_COLUMN[kind], "=", hash).executeTakeFirst();
  return row === undefined ? null : toDeviceLogin(row, json);
}

/** By primary key; the row is locked. */
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

/** A scan: logins are forgotten after a day. */
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

/** By device_logins_expires. */
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

/** By device_logins_expires; all live equally long, so the one that ends first is the oldest. */
async function forgetUnclaimedLogins(
  { db }: SqlContext,
  which: Parameters<DeviceLoginWrites["forgetUnclaimedLogins"]>[0],
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
