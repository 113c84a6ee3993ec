// Users: their names, addresses and passwords, and their suspension and deletion.
import { emailKey, ID_PREFIX, type UserId } from "@mintmark/core";
import { sql, type SqlBool } from "kysely";
import {
  containsText,
  isBeyond,
  type JsonColumn,
  jsonRows,
  pageOf,
  rowsToRead,
  searchText,
  type SqlContext,
} from "../context.ts";
import type { EmailKind } from "../mail/rows.ts";
import type { UserRow } from "../tables.ts";
import type { External, Page, PageRequest } from "../values.ts";

export interface UserRecord {
  readonly id: UserId;
  readonly name: string;
  readonly email: string;
  readonly emailVerifiedAt: number | null;
  /** When the account first proved an address, the present one or an earlier one; `null` if it never did. */
  readonly addressProvedAt: number | null;
  readonly instanceAdminAt: number | null;
  readonly createdAt: number;
  readonly suspendedAt: number | null;
  readonly deletedAt: number | null;
  /** The id by which the host or another source knows the user, and that source; both `null` for a local user. */
  readonly externalId: string | null;
  readonly externalSource: string | null;
  /** Since when the present address counts as proved because the host says so; `null` where it was proved here. */
  readonly emailVouchedAt: number | null;
  /** The host's own suspension, which only the host ends. `suspendedAt` is set too. */
  readonly hostSuspendedAt: number | null;
}

export interface NewUser {
  readonly id: UserId;
  readonly name: string;
  readonly email: string;
  /** `null` for a user of the host, who signs in there. */
  readonly passwordHash: string | null;
  readonly createdAt: number;
  readonly instanceAdminAt: number | null;
  readonly external?: External;
  /** The host says that the address is proved. */
  readonly emailVouchedAt?: number | null;
  /** The host suspends the user from the beginning. */
  readonly hostSuspension?: { readonly at: number; readonly by: string } | null;
}

export interface UserFilter {
  /** A part of the name or email, ignoring case, or the whole id. */
  readonly query: string | null;
  readonly state?: "active" | "suspended";
  readonly instanceAdmin?: boolean;
}

export const userReads = { findUser, findUserByEmail, findUserByExternalId, findPasswordHash, listUsers };

export const userWrites = {
  lockUser,
  insertUser,
  insertUsers,
  linkUser,
  vouchForUserEmail,
  withdrawUserEmail,
  setUserName,
  setUserEmail,
  verifyUserEmail,
  setPasswordHash,
  suspendUser,
  reinstateUser,
  holdUser,
  releaseUser,
  deleteUser,
};

/** Uses the primary key. */
async function findUser({ db }: SqlContext, id: UserId): Promise<UserRecord | null> {
  const row = await db.selectFrom("users").selectAll().where("id", "=", id).executeTakeFirst();
  return row === undefined ? null : toUser(row);
}

/** Looks among users that are not deleted, by email key. Uses users_email_key; a deleted account has no key. */
async function findUserByEmail({ db }: SqlContext, email: string): Promise<UserRecord | null> {
  const row = await db.selectFrom("users").selectAll().where("email_key", "=", emailKey(email)).executeTakeFirst();
  return row === undefined ? null : toUser(row);
}

/** Looks among users that are not deleted. Uses users_external. */
async function findUserByExternalId({ db }: SqlContext, { source, id }: External): Promise<UserRecord | null> {
  const row = await db
    .selectFrom("users")
    .selectAll()
    .where("external_source", "=", source)
    .where("external_id", "=", id)
    .where("deleted_at", "is", null)
    .executeTakeFirst();
  return row === undefined ? null : toUser(row);
}

async function findPasswordHash({ db }: SqlContext, id: UserId): Promise<string | null> {
  const row = await db.selectFrom("users").select("password_hash").where("id", "=", id).executeTakeFirst();
  return row?.password_hash ?? null;
}

/**
 * Users that are not deleted, newest first. Reads in the order of users_newest, users_suspended_newest or
 * users_instance_admins_newest. A search reads along the index until the page is full.
 */
async function listUsers({ db }: SqlContext, filter: UserFilter, page: PageRequest): Promise<Page<UserRecord>> {
  let query = db
    .selectFrom("users")
    .selectAll()
    .where("deleted_at", "is", null)
    .where(isBeyond(page.after, "created_at", "id"))
    .orderBy("created_at", "desc")
    .orderBy("id", "desc")
    .limit(rowsToRead(page));
  const { query: text, state, instanceAdmin } = filter;
  if (text !== null) {
    query = query.where(sql<SqlBool>`(${containsText(["name_key", "email_key"], text)} or id = ${text})`);
  }
  if (state !== undefined) query = query.where("suspended_at", state === "suspended" ? "is not" : "is", null);
  if (instanceAdmin !== undefined) query = query.where("instance_admin_at", instanceAdmin ? "is not" : "is", null);
  return pageOf(await query.execute(), page, toUser, (user) => ({ at: user.createdAt, id: user.id }));
}

/** Locks the user row. */
async function lockUser({ db, locksRows }: SqlContext, id: UserId): Promise<UserRecord | null> {
  const row = await db
    .selectFrom("users")
    .selectAll()
    .where("id", "=", id)
    .$if(locksRows, (query) => query.forNoKeyUpdate())
    .executeTakeFirst();
  return row === undefined ? null : toUser(row);
}

/**
 * Throws `Conflict("user_email")` when another account has the address (users_email_key), and
 * `Conflict("user_external_id")` when another one has the external id (users_external).
 */
function insertUser(context: SqlContext, user: NewUser): Promise<void> {
  return insertUsers(context, [user]);
}

/** The columns of a new user, in order, each with its type and its value. */
const NEW_USER: readonly (readonly [keyof UserRow, JsonColumn, (user: NewUser) => string | number | null])[] = [
  ["id", "text", ({ id }) => id],
  ["name", "text", ({ name }) => name],
  ["name_key", "text", ({ name }) => searchText(name)],
  ["email", "text", ({ email }) => email],
  ["email_key", "text", ({ email }) => emailKey(email)],
  ["email_verified_at", "bigint", ({ emailVouchedAt }) => emailVouchedAt ?? null],
  ["address_proved_at", "bigint", ({ emailVouchedAt }) => emailVouchedAt ?? null],
  ["email_vouched_at", "bigint", ({ emailVouchedAt }) => emailVouchedAt ?? null],
  ["password_hash", "text", ({ passwordHash }) => passwordHash],
  ["instance_admin_at", "bigint", ({ instanceAdminAt }) => instanceAdminAt],
  ["created_at", "bigint", ({ createdAt }) => createdAt],
  ["suspended_at", "bigint", ({ hostSuspension }) => hostSuspension?.at ?? null],
  ["suspended_by", "text", ({ hostSuspension }) => hostSuspension?.by ?? null],
  ["host_suspended_at", "bigint", ({ hostSuspension }) => hostSuspension?.at ?? null],
  ["external_source", "text", ({ external }) => external?.source ?? null],
  ["external_id", "text", ({ external }) => external?.id ?? null],
];

/** The same for several users. */
async function insertUsers({ db }: SqlContext, users: readonly NewUser[]): Promise<void> {
  if (users.length === 0) return;
  const types = NEW_USER.map(([, type]) => type);
  const rows = users.map((user) => NEW_USER.map(([, , of]) => of(user)));
  await db
    .insertInto("users")
    .columns(NEW_USER.map(([column]) => column))
    .expression(sql`${jsonRows(types, rows)}`)
    .execute();
}

async function setUserName({ db, change }: SqlContext, id: UserId, name: string): Promise<void> {
  change.touch("user", id);
  await db
    .updateTable("users")
    .set({ name, name_key: searchText(name) })
    .where("id", "=", id)
    .where("deleted_at", "is", null)
    .execute();
}

/**
 * Changes the address and clears its verification. Throws `Conflict("user_email")` when another account has the address
 * (users_email_key).
 */
async function setUserEmail({ db, change }: SqlContext, id: UserId, email: string): Promise<void> {
  change.touch("user", id);
  await db
    .updateTable("users")
    .set({ email, email_key: emailKey(email), email_verified_at: null, email_vouched_at: null })
    .where("id", "=", id)
    .where("deleted_at", "is", null)
    .execute();
}

/**
 * Records that the present address is proved here, also where so far only the host said so. An earlier proof keeps its
 * instant, and so does the first proof of any address.
 */
async function verifyUserEmail({ db, change }: SqlContext, id: UserId, at: number): Promise<void> {
  change.touch("user", id);
  await db
    .updateTable("users")
    .set({ ...provedAt(at), email_vouched_at: null })
    .where("id", "=", id)
    .where((row) => row.or([row("email_verified_at", "is", null), row("email_vouched_at", "is not", null)]))
    .where("deleted_at", "is", null)
    .execute();
}

/** The first instants stay. */
const provedAt = (at: number) => ({
  email_verified_at: sql<number>`coalesce(email_verified_at, ${at})`,
  address_proved_at: sql<number>`coalesce(address_proved_at, ${at})`,
});

/**
 * Gives a local user the id by which a source knows them. Returns `false` when they have one. Throws
 * `Conflict("user_external_id")` when another user has it.
 */
async function linkUser(
  { db, change }: SqlContext,
  id: UserId,
  { source, id: externalId }: External,
): Promise<boolean> {
  change.touch("user", id);
  const { numUpdatedRows } = await db
    .updateTable("users")
    .set({ external_source: source, external_id: externalId })
    .where("id", "=", id)
    .where("external_id", "is", null)
    .where("deleted_at", "is", null)
    .executeTakeFirstOrThrow();
  return numUpdatedRows > 0n;
}

/** Records that the host says the present address is proved. Nothing changes where it was proved here. */
async function vouchForUserEmail({ db, change }: SqlContext, id: UserId, at: number): Promise<void> {
  change.touch("user", id);
  await db
    .updateTable("users")
    .set({ ...provedAt(at), email_vouched_at: at })
    .where("id", "=", id)
    .where("email_verified_at", "is", null)
    .where("deleted_at", "is", null)
    .execute();
}

/** The host no longer says that the present address is proved. Nothing changes where it was proved here. */
async function withdrawUserEmail({ db, change }: SqlContext, id: UserId): Promise<void> {
  change.touch("user", id);
  await db
    .updateTable("users")
    .set({ email_verified_at: null, email_vouched_at: null })
    .where("id", "=", id)
    .where("email_vouched_at", "is not", null)
    .execute();
}

async function setPasswordHash({ db }: SqlContext, id: UserId, passwordHash: string | null): Promise<void> {
  await db
    .updateTable("users")
    .set({ password_hash: passwordHash })
    .where("id", "=", id)
    .where("deleted_at", "is", null)
    .execute();
}

/**
 * A user who is already suspended keeps the instant and the actor of that suspension, unless only the host had suspended
 * them: then the actor's suspension stays when the host ends its own. Returns whether anything changed.
 */
async function suspendUser({ db, change }: SqlContext, id: UserId, at: number, by: string): Promise<boolean> {
  change.touch("user", id);
  const { numUpdatedRows } = await db
    .updateTable("users")
    .set(suspension(at, by))
    .where("id", "=", id)
    .where(IS_OPEN)
    .executeTakeFirstOrThrow();
  return numUpdatedRows > 0n;
}

/** Ends every suspension, that of the host too. */
async function reinstateUser({ db, change }: SqlContext, id: UserId): Promise<void> {
  change.touch("user", id);
  await db
    .updateTable("users")
    .set({ suspended_at: null, suspended_by: null, host_suspended_at: null })
    .where("id", "=", id)
    .execute();
}

/** The host suspends the user, beside a suspension that somebody made here. */
async function holdUser({ db, change }: SqlContext, id: UserId, at: number, by: string): Promise<void> {
  change.touch("user", id);
  await db.updateTable("users").set(hold(at, by)).where("id", "=", id).execute();
}

/** The host ends its suspension. One that somebody made here stays. */
async function releaseUser({ db, change }: SqlContext, id: UserId): Promise<void> {
  change.touch("user", id);
  await db.updateTable("users").set(release()).where("id", "=", id).execute();
}

const OF_KEY = `${ID_PREFIX.managementKey}_`;
/** A management key made the suspension. */
const BY_HOST = sql<SqlBool>`substr(coalesce(suspended_by, ''), 1, ${sql.lit(OF_KEY.length)}) = ${sql.lit(OF_KEY)}`;

/** Nobody here has suspended them. */
export const IS_OPEN = sql<SqlBool>`(suspended_at is null or ${BY_HOST})`;

/** A suspension that somebody makes here. It takes the place of the host's as the actor, and the host's hold stays. */
export function suspension(at: number, by: string) {
  return {
    suspended_at: sql<number>`coalesce(suspended_at, cast(${at} as bigint))`,
    suspended_by: by,
  };
}

export function hold(at: number, by: string) {
  return {
    host_suspended_at: sql<number>`coalesce(host_suspended_at, cast(${at} as bigint))`,
    suspended_by: sql<string>`case when suspended_at is null then ${by} else suspended_by end`,
    suspended_at: sql<number>`coalesce(suspended_at, cast(${at} as bigint))`,
  };
}

export function release() {
  return {
    host_suspended_at: null,
    suspended_at: sql<number | null>`case when ${BY_HOST} then null else suspended_at end`,
    suspended_by: sql<string | null>`case when ${BY_HOST} then null else suspended_by end`,
  };
}

/** Emails that warn of a takeover. A thief must not silence them by deleting the account. */
const WARNINGS: readonly EmailKind[] = ["password_changed", "address_changed"];

/**
 * Leaves a tombstone without name, address and password, and frees the address. Emails about the account go with it,
 * except warnings that still wait. Uses the primary key and emails_user.
 */
async function deleteUser({ db, change }: SqlContext, id: UserId, at: number): Promise<void> {
  change.touch("user", id);
  await db
    .updateTable("users")
    .set({
      name: "",
      name_key: "",
      email: "",
      email_key: null,
      email_verified_at: null,
      address_proved_at: null,
      email_vouched_at: null,
      password_hash: null,
      deleted_at: at,
    })
    .where("id", "=", id)
    .where("deleted_at", "is", null)
    .execute();
  await db
    .deleteFrom("emails")
    .where("user_id", "=", id)
    .where((where) => where.or([where("due_at", "is", null), where("kind", "not in", WARNINGS)]))
    .execute();
}

export function toUser(row: UserRow): UserRecord {
  return {
    id: row.id,
    name: row.name,
    email: row.email,
    emailVerifiedAt: row.email_verified_at,
    // A restore can keep a later proof of an address without the instant of the first.
    addressProvedAt: row.address_proved_at ?? row.email_verified_at,
    instanceAdminAt: row.instance_admin_at,
    createdAt: row.created_at,
    suspendedAt: row.suspended_at,
    deletedAt: row.deleted_at,
    externalId: row.external_id,
    externalSource: row.external_source,
    emailVouchedAt: row.email_vouched_at,
    hostSuspendedAt: row.host_suspended_at,
  };
}
