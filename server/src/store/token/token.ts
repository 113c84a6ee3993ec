// One personal access token: minting, reading, locking, renaming, revoking and dismissing it.
import {
  endOf,
  hostIdOf,
  type MembershipId,
  type OrganizationId,
  type RevokedReason,
  type TokenFacts,
  type TokenId,
  type UserId,
} from "@mintmark/core";
import { type Kysely, type Nullable, type SelectQueryBuilder, sql, type SqlBool } from "kysely";
import type { UserRecord } from "../account/user.ts";
import type { MembershipRecord } from "../member.ts";
import type { OrganizationRecord } from "../organization.ts";
import { nextTurn } from "../../bounded.ts";
import { searchText, type SqlContext, type StoredJson, type Revocation, tombstoneOf } from "../context.ts";
import type { CredentialUseRow, FollowUpRow, RevocationColumns, Tables, TokenRow } from "../tables.ts";
import type { ActorRef, Hash } from "../values.ts";
import { selectTokenFacts, type TokenFactsRow, type TokenScope, toRevokedBy, toTokenFacts } from "../verification.ts";
import { hashKey } from "../../secrets/generate.ts";
import { ENDED_BY } from "./ending.ts";

export interface Usage {
  readonly lastUsedIp: string | null;
  readonly lastUsedUserAgent: string | null;
  readonly useCount: number;
}

/** A token as lists show it: the facts that decide about it, and its history. */
export interface TokenRecord extends TokenFacts, Usage {
  readonly lastUsedRoute: string | null;
  readonly revokedBy: ActorRef | null;
  /** The token that this one replaces. */
  readonly replaces: TokenId | null;
  readonly dismissedAt: number | null;
}

export interface NewToken {
  readonly id: TokenId;
  readonly hash: Hash;
  readonly prefix: string;
  readonly name: string;
  readonly userId: UserId;
  readonly organizationId: OrganizationId;
  readonly membershipId: MembershipId;
  readonly permissions: readonly string[] | null;
  readonly createdAt: number;
  readonly expiresAt: number | null;
  /** When to look first whether its end must be announced. If absent, never. */
  readonly expiryNoticeAt?: number | null;
  readonly replaces: TokenId | null;
}

/** The membership, user and organization of a new token, as the minting transaction read them. */
export interface TokenHolder {
  readonly membership: MembershipRecord;
  readonly user: UserRecord;
  readonly organization: OrganizationRecord;
}

// Ids in one statement: far fewer than the parameters that either engine takes.
const IDS_AT_ONCE = 200;

export const tokenReads = { findToken, findTokenOwners };

export const tokenWrites = { insertToken, lockToken, renameToken, revokeToken, dismissToken };

/** Uses the primary key. */
async function findToken({ db, json }: SqlContext, id: TokenId): Promise<TokenRecord | null> {
  const row = await queryTokens(db).where("pat.id", "=", id).executeTakeFirst();
  return row === undefined ? null : toToken(row, json);
}

/** The owner of each of these tokens. Uses the primary key. */
async function findTokenOwners({ db }: SqlContext, ids: readonly TokenId[]): Promise<ReadonlyMap<TokenId, UserId>> {
  const owners = new Map<TokenId, UserId>();
  for (let start = 0; start < ids.length; start += IDS_AT_ONCE) {
    if (start > 0) await nextTurn();
    const rows = await db
      .selectFrom("personal_access_tokens")
      .select(["id", "user_id"])
      .where("id", "in", ids.slice(start, start + IDS_AT_ONCE))
      .execute();
    for (const row of rows) owners.set(row.id, row.user_id);
  }
  return owners;
}

/** Also inserts the row that counts its uses, so that the index of last uses holds tokens that were never used. */
async function insertToken({ db }: SqlContext, token: NewToken): Promise<void> {
  await db
    .insertInto("personal_access_tokens")
    .values({
      id: token.id,
      hash: token.hash,
      ...tokenNumbers(token),
      generation: sql<number>`(select token_generation from memberships where id = ${token.membershipId})`,
      prefix: token.prefix,
      name: token.name,
      name_key: searchText(token.name),
      user_id: token.userId,
      organization_id: token.organizationId,
      membership_id: token.membershipId,
      permissions: token.permissions === null ? null : JSON.stringify(token.permissions),
      created_at: token.createdAt,
      expires_at: token.expiresAt,
      expiry_noted_at: null,
      expiry_notice_at: token.expiryNoticeAt ?? null,
      replaces: token.replaces,
      dismissed_at: null,
      revoked_at: null,
      revoked_reason: null,
      revoked_by_kind: null,
      revoked_by_id: null,
      revoked_by_name: null,
    })
    .execute();
  await db
    .insertInto("credential_uses")
    .values({ credential_id: token.id, organization_id: token.organizationId, use_count: 0 })
    .execute();
}

/** The record of a token that was just inserted, equal to what a read returns, so that nobody reads it back. */
export function newTokenRecord(token: NewToken, { membership, user, organization }: TokenHolder): TokenRecord {
  return {
    kind: "pat",
    id: token.id,
    name: token.name,
    prefix: token.prefix,
    permissions: token.permissions,
    createdAt: token.createdAt,
    expiresAt: token.expiresAt,
    lastUsedAt: null,
    revokedAt: null,
    revokedReason: null,
    isSwept: false,
    membership: {
      id: membership.id,
      role: membership.role,
      suspendedAt: membership.suspendedAt,
      endedAt: membership.endedAt,
    },
    user: {
      id: user.id,
      name: user.name,
      email: user.email,
      emailVerifiedAt: user.emailVerifiedAt,
      externalId: hostIdOf(user),
      suspendedAt: user.suspendedAt,
      deletedAt: user.deletedAt,
    },
    organization: {
      id: organization.id,
      name: organization.name,
      personal: organization.personalOf !== null,
      externalId: hostIdOf(organization),
      deletedAt: organization.deletedAt,
      policy: organization.policy,
    },
    revokedBy: null,
    replaces: token.replaces,
    dismissedAt: null,
    lastUsedIp: null,
    lastUsedUserAgent: null,
    lastUsedRoute: null,
    useCount: 0,
  };
}

/**
 * Locks the row of the token, then reads, in two statements. One statement that waited for the lock would return the
 * present token with its membership, user and organization as they were before the wait.
 */
async function lockToken(context: SqlContext, id: TokenId): Promise<TokenRecord | null> {
  if (context.locksRows) {
    await context.db.selectFrom("personal_access_tokens").select("id").where("id", "=", id).forNoKeyUpdate().execute();
  }
  return findToken(context, id);
}

async function renameToken({ db, change }: SqlContext, id: TokenId, name: string): Promise<void> {
  change.touch("token", id);
  await db
    .updateTable("personal_access_tokens")
    .set({ name, name_key: searchText(name) })
    .where("id", "=", id)
    .execute();
}

/** Leaves a tombstone on a token that has none. A second revocation changes nothing. */
async function revokeToken({ db, change }: SqlContext, id: TokenId, revocation: Revocation): Promise<void> {
  change.touch("token", id);
  await db
    .updateTable("personal_access_tokens")
    .set(tombstoneOf(revocation))
    .where("id", "=", id)
    .where("revoked_at", "is", null)
    .execute();
}

async function dismissToken({ db }: SqlContext, id: TokenId, at: number): Promise<void> {
  await db
    .updateTable("personal_access_tokens")
    .set({ dismissed_at: at })
    .where("id", "=", id)
    .where("dismissed_at", "is", null)
    .execute();
}

export interface TokenRecordRow
  extends
    TokenFactsRow,
    Omit<RevocationColumns, "revoked_at" | "revoked_reason">,
    Pick<TokenRow, "replaces" | "dismissed_at"> {
  /** From the follow-up that will leave its tombstone; `null` for an active token and for one with a tombstone. */
  ending_at: number | null;
  ending_reason: RevokedReason | null;
  ending_by_kind: RevocationColumns["revoked_by_kind"];
  ending_by_id: string | null;
  ending_by_name: string | null;
  use_count: CredentialUseRow["use_count"] | null;
  last_used_ip: string | null;
  last_used_user_agent: string | null;
  last_used_route: string | null;
}

type ListedTokenScope = TokenScope & { ending: Nullable<FollowUpRow> };

export type TokenQuery = SelectQueryBuilder<
  ListedTokenScope,
  "pat" | "mem" | "usr" | "org" | "uses" | "ending",
  TokenRecordRow
>;

/** An ended token is shown as its tombstone will say, before it has one. Every join is by primary key. */
export function queryTokens(db: Kysely<Tables>): TokenQuery {
  return selectTokenFacts(db)
    .leftJoin("follow_ups as ending", (join) =>
      join.on("pat.revoked_at", "is", null).on(sql<SqlBool>`ending.subject = ${ENDED_BY}`),
    )
    .select([
      "pat.replaces",
      "pat.dismissed_at",
      "pat.revoked_by_kind",
      "pat.revoked_by_id",
      "pat.revoked_by_name",
      "uses.use_count",
      "uses.last_used_ip",
      "uses.last_used_user_agent",
      "uses.last_used_route",
      "ending.at as ending_at",
      "ending.reason as ending_reason",
      "ending.actor_kind as ending_by_kind",
      "ending.actor_id as ending_by_id",
      "ending.actor_name as ending_by_name",
    ]);
}

export function toToken(row: TokenRecordRow, json: StoredJson): TokenRecord {
  const facts = toTokenFacts(row, json);
  return {
    ...facts,
    ...(row.revoked_at === null ? endingOf(row, facts) : { revokedBy: toRevokedBy(row) }),
    replaces: row.replaces,
    dismissedAt: row.dismissed_at,
    lastUsedIp: row.last_used_ip,
    lastUsedUserAgent: row.last_used_user_agent,
    lastUsedRoute: row.last_used_route,
    useCount: row.use_count ?? 0,
  };
}

/** The values that the tombstone of an ended token will have. */
function endingOf(
  row: TokenRecordRow,
  facts: TokenFacts,
): Pick<TokenRecord, "revokedAt" | "revokedReason" | "revokedBy"> {
  const end = endOf(facts);
  if (end === null) return { revokedAt: null, revokedReason: null, revokedBy: null };
  return {
    revokedAt: row.ending_at ?? end.at,
    revokedReason: row.ending_reason ?? end.reason,
    revokedBy: toRevokedBy({
      revoked_by_kind: row.ending_by_kind,
      revoked_by_id: row.ending_by_id,
      revoked_by_name: row.ending_by_name,
    }),
  };
}

/** The columns with the numbers of a new token's row. A token's row holds those of its holder. */
function tokenNumbers({ hash, userId, organizationId, membershipId }: NewToken): object {
  return {
    hash_key: hashKey(hash),
    user_number: sql`(select number from users where id = ${userId})`,
    organization_number: sql`(select number from organizations where id = ${organizationId})`,
    membership_number: sql`(select number from memberships where id = ${membershipId})`,
  };
}
