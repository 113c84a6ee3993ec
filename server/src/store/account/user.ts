// Users: their names, addresses and passwords, and their suspension and deletion.
import { emailKey, type UserId } from "@mintmark/core";
import { sql, type SqlBool } from "kysely";
import { containsText, isBeyond, pageOf, rowsToRead, searchText, type SqlContext } from "../context.ts";
import type { UserRow } from "../tables.ts";
import type { Page, PageRequest } from "../values.ts";

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
}

export interface NewUser {
  readonly id: UserId;
  readonly name: string;
  readonly email: string;
  readonly passwordHash: string;
  readonly createdAt: number;
  readonly instanceAdminAt: number | null;
}

export interface UserFilter {
  /** A part of the name or email, ignoring case, or the whole id. */
  readonly query: string | null;
  readonly state?: "active" | "suspended";
  readonly instanceAdmin?: boolean;
}

export const userReads = { findUser, findUserByEmail, findPasswordHash, listUsers };

export const userWrites = {
  lockUser,
  insertUser,
  setUserName,
  setUserEmail,
  verifyUserEmail,
  setPasswordHash,
  suspendUser,
  reinstateUser,
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

/** Throws `Conflict("user_email")` when another account has the address (users_email_key). */
async function insertUser({ db }: SqlContext, user: NewUser): Promise<void> {
  await db
    .insertInto("users")
    .values({
      id: user.id,
      name: user.name,
      name_key: searchText(user.name),
      email: user.email,
      email_key: emailKey(user.email),
      email_verified_at: null,
      address_proved_at: null,
      password_hash: user.passwordHash,
      instance_admin_at: user.instanceAdminAt,
      created_at: user.createdAt,
      suspended_at: null,
      suspended_by: null,
      deleted_at: null,
    })
    .execute();
}

async function setUserName({ db }: SqlContext, id: UserId, name: string): Promise<void> {
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
async function setUserEmail({ db }: SqlContext, id: UserId, email: string): Promise<void> {
  await db
    .updateTable("users")
    .set({ email, email_key: emailKey(email), email_verified_at: null })
    .where("id", "=", id)
    .where("deleted_at", "is", null)
    .execute();
}

/**
 * Records that the present address is proved. An earlier proof keeps its instant, and so does the first proof of any
 * address.
 */
async function verifyUserEmail({ db }: SqlContext, id: UserId, at: number): Promise<void> {
  await db
    .updateTable("users")
    .set({ email_verified_at: at, address_proved_at: sql<number>`coalesce(address_proved_at, ${at})` })
    .where("id", "=", id)
    .where("email_verified_at", "is", null)
    .where("deleted_at", "is", null)
    .execute();
}

async function setPasswordHash({ db }: SqlContext, id: UserId, passwordHash: string): Promise<void> {
  await db
    .updateTable("users")
    .set({ password_hash: passwordHash })
    .where("id", "=", id)
    .where("deleted_at", "is", null)
    .execute();
}

/** A user who is already suspended keeps the instant and the actor of that suspension. */
async function suspendUser({ db }: SqlContext, id: UserId, at: number, by: string): Promise<void> {
  await db
    .updateTable("users")
    .set({ suspended_at: at, suspended_by: by })
    .where("id", "=", id)
    .where("suspended_at", "is", null)
    .execute();
}

async function reinstateUser({ db }: SqlContext, id: UserId): Promise<void> {
  await db.updateTable("users").set({ suspended_at: null, suspended_by: null }).where("id", "=", id).execute();
}

/** Leaves a tombstone without name, address and password, and frees the address. */
async function deleteUser({ db }: SqlContext, id: UserId, at: number): Promise<void> {
  await db
    .updateTable("users")
    .set({
      name: "",
      name_key: "",
      email: "",
      email_key: null,
      email_verified_at: null,
      address_proved_at: null,
      password_hash: null,
      deleted_at: at,
    })
    .where("id", "=", id)
    .where("deleted_at", "is", null)
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
  };
}
