// Lists of tokens by their user, organization or membership, and of given ids.
import type { MembershipId, OrganizationId, TokenId, UserId } from "@mintmark/core";
import { type Kysely, sql, type SqlBool } from "kysely";
import { isBeyond, jsonTexts, pageOf, rowsToRead, type SqlContext, type StoredJson } from "../context.ts";
import type { Tables } from "../tables.ts";
import type { Counted, Page, PageRequest } from "../values.ts";
import { HAS_NOT_ENDED } from "./ending.ts";
import { hasFollowUps } from "./follow-up.ts";
import { queryTokens, type TokenQuery, type TokenRecord, type TokenRecordRow, toToken } from "./token.ts";

export interface LiveToken {
  readonly id: TokenId;
  readonly createdAt: number;
  readonly expiresAt: number | null;
  readonly lastUsedAt: number | null;
}

export const tokenListReads = {
  listTokensOfUser,
  listTokensOfOrganization,
  listUnrevokedTokensOfOrganization,
  listUnrevokedTokensOfMembership,
  listTokensById,
  listLiveTokens,
  selectTokens,
};

/**
 * The user's tokens in one organization or all, or of one membership there, newest first, without dismissed ones. Reads in
 * the order of personal_access_tokens_user, or of …_user_organization for one organization.
 */
async function listTokensOfUser(
  { db, json }: SqlContext,
  userId: UserId,
  organizationId: OrganizationId | null,
  page: PageRequest,
  membershipId?: MembershipId,
): Promise<Page<TokenRecord>> {
  let query = selectTokenPage(db, page).where("pat.user_id", "=", userId).where("pat.dismissed_at", "is", null);
  if (organizationId !== null) query = query.where("pat.organization_id", "=", organizationId);
  if (membershipId !== undefined) query = query.where("pat.membership_id", "=", membershipId);
  return toTokenPage(await query.execute(), page, json);
}

/**
 * The tokens of all members of the organization, newest first, including dismissed ones. Reads in the order of
 * personal_access_tokens_organization.
 */
async function listTokensOfOrganization(
  { db, json }: SqlContext,
  organizationId: OrganizationId,
  page: PageRequest,
): Promise<Page<TokenRecord>> {
  const query = selectTokenPage(db, page).where("pat.organization_id", "=", organizationId);
  return toTokenPage(await query.execute(), page, json);
}

/** The same without revoked tokens. Reads in the order of personal_access_tokens_live_organization. */
async function listUnrevokedTokensOfOrganization(
  { db, json }: SqlContext,
  organizationId: OrganizationId,
  page: PageRequest,
): Promise<Page<TokenRecord>> {
  const query = selectTokenPage(db, page)
    .where("pat.organization_id", "=", organizationId)
    .where("pat.revoked_at", "is", null);
  const { items, next } = toTokenPage(await query.execute(), page, json);
  // Tokens that have ended and have no tombstone yet make a page shorter, not the statement longer.
  return { items: items.filter(({ revokedAt }) => revokedAt === null), next };
}

/**
 * The membership's tokens that are not revoked, newest first. The end of the membership revokes them. With
 * `unexpiredAt`, without those that have expired by then. Uses personal_access_tokens_live_membership and sorts: one person has few tokens.
 */
async function listUnrevokedTokensOfMembership(
  { db, json }: SqlContext,
  id: MembershipId,
  { limit, unexpiredAt }: { readonly limit: number; readonly unexpiredAt: number | null },
): Promise<Counted<TokenRecord>> {
  const isAffected = sql<SqlBool>`pat.membership_id = ${id} and pat.revoked_at is null and ${HAS_NOT_ENDED}
    ${unexpiredAt === null ? sql`` : sql`and (pat.expires_at is null or pat.expires_at > ${unexpiredAt})`}`;
  const rows = await queryTokens(db)
    .where(isAffected)
    .orderBy("pat.created_at", "desc")
    .orderBy("pat.id", "desc")
    .limit(limit)
    .execute();
  const { count } = await db
    .selectFrom("personal_access_tokens as pat")
    .select(sql<number>`count(*)`.as("count"))
    .where(isAffected)
    .executeTakeFirstOrThrow();
  return { items: rows.map((row) => toToken(row, json)), count };
}

/** The tokens with these ids, in no order; unknown ids are left out. Uses the primary key. */
async function listTokensById({ db, json }: SqlContext, ids: readonly TokenId[]): Promise<readonly TokenRecord[]> {
  const rows = await queryTokens(db)
    .where("pat.id", "in", sql<TokenId>`(${jsonTexts(ids)})`)
    .execute();
  return rows.map((row) => toToken(row, json));
}

/**
 * The active tokens of the organization, newest first. Pages may be longer than those of other lists. Reads in the
 * order of personal_access_tokens_live_newest, which has all columns, and the last use by primary key.
 */
async function listLiveTokens(
  context: SqlContext,
  organizationId: OrganizationId,
  now: number,
  page: PageRequest,
): Promise<Page<LiveToken>> {
  const { db } = context;
  let query = db
    .selectFrom("personal_access_tokens as pat")
    .leftJoin("credential_uses as uses", "uses.credential_id", "pat.id")
    .select(["pat.id", "pat.created_at", "pat.expires_at", "uses.last_used_at"])
    .where("pat.organization_id", "=", organizationId)
    .where("pat.revoked_at", "is", null)
    .where((row) => row.or([row("pat.expires_at", "is", null), row("pat.expires_at", ">", now)]))
    .where(isBeyond(page.after, "pat.created_at", "pat.id"))
    .orderBy("pat.created_at", "desc")
    .orderBy("pat.id", "desc")
    .limit(rowsToRead(page));
  // The condition is added only while follow-ups exist: the index lacks the columns that it needs.
  if (await hasFollowUps(context)) query = query.where(HAS_NOT_ENDED);
  return pageOf(
    await query.execute(),
    page,
    (row) => ({ id: row.id, createdAt: row.created_at, expiresAt: row.expires_at, lastUsedAt: row.last_used_at }),
    (token) => ({ at: token.createdAt, id: token.id }),
  );
}

/**
 * Returns those of the ids that are tokens of the user, of the organization, or of both if both are given. Uses the
 * primary key.
 */
async function selectTokens(
  { db }: SqlContext,
  ids: readonly string[],
  of: { readonly userId?: UserId; readonly organizationId?: OrganizationId; readonly membershipId?: MembershipId },
): Promise<readonly TokenId[]> {
  let query = db
    .selectFrom("personal_access_tokens")
    .select("id")
    .where("id", "in", sql<TokenId>`(${jsonTexts(ids)})`);
  if (of.userId !== undefined) query = query.where("user_id", "=", of.userId);
  if (of.organizationId !== undefined) query = query.where("organization_id", "=", of.organizationId);
  if (of.membershipId !== undefined) query = query.where("membership_id", "=", of.membershipId);
  return (await query.execute()).map((row) => row.id);
}

function selectTokenPage(db: Kysely<Tables>, page: PageRequest): TokenQuery {
  return queryTokens(db)
    .where(isBeyond(page.after, "pat.created_at", "pat.id"))
    .orderBy("pat.created_at", "desc")
    .orderBy("pat.id", "desc")
    .limit(rowsToRead(page));
}

function toTokenPage(rows: readonly TokenRecordRow[], page: PageRequest, json: StoredJson): Page<TokenRecord> {
  return pageOf(
    rows,
    page,
    (row) => toToken(row, json),
    (token) => ({ at: token.createdAt, id: token.id }),
  );
}
