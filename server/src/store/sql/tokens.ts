import type { MembershipId, OrganizationId, TokenId, UserId } from "@mintmark/core";
import type { Kysely, SelectQueryBuilder } from "kysely";
import type { NewToken, Revocation, RevokedRef, TokenRecord } from "../credential-port.ts";
import type { Page, PageRequest } from "../page.ts";
import type { CredentialUseRow, RevocationColumns, Tables, TokenRow } from "../tables.ts";
import type { SqlContext } from "./context.ts";
import { selectTokenFacts, type TokenFactsRow, type TokenScope, toTokenFacts } from "./credential-facts.ts";
import { isBeyond, pageOf, rowsToRead, searchText } from "./paging.ts";
import { tombstoneOf, toRevokedBy } from "./revocation.ts";
import { tokenNumbers } from "./row-numbers.ts";
import type { StoredJson } from "./stored-json.ts";

/** By primary key. */
export async function findToken({ db, json }: SqlContext, id: TokenId): Promise<TokenRecord | null> {
  const row = await selectTokens(db).where("pat.id", "=", id).executeTakeFirst();
  return row === undefined ? null : toToken(row, json);
}

/** In the order of personal_access_tokens_user, or of …_user_organization for one organization. */
export async function listTokensOfUser(
  { db, json }: SqlContext,
  userId: UserId,
  organizationId: OrganizationId | null,
  page: PageRequest,
): Promise<Page<TokenRecord>> {
  let query = selectTokenPage(db, page).where("pat.user_id", "=", userId).where("pat.dismissed_at", "is", null);
  if (organizationId !== null) query = query.where("pat.organization_id", "=", organizationId);
  return toTokenPage(await query.execute(), page, json);
}

/** In the order of personal_access_tokens_organization. */
export async function listTokensOfOrganization(
  { db, json }: SqlContext,
  organizationId: OrganizationId,
  page: PageRequest,
): Promise<Page<TokenRecord>> {
  const query = selectTokenPage(db, page).where("pat.organization_id", "=", organizationId);
  return toTokenPage(await query.execute(), page, json);
}

/** In the order of personal_access_tokens_live_organization. */
export async function listUnrevokedTokensOfOrganization(
  { db, json }: SqlContext,
  organizationId: OrganizationId,
  page: PageRequest,
): Promise<Page<TokenRecord>> {
  const query = selectTokenPage(db, page)
    .where("pat.organization_id", "=", organizationId)
    .where("pat.revoked_at", "is", null);
  return toTokenPage(await query.execute(), page, json);
}

/** Also makes the row that its uses are counted in, so that a token that was never used is in the index of last uses. */
export async function insertToken({ db }: SqlContext, token: NewToken): Promise<void> {
  await db
    .insertInto("personal_access_tokens")
    .values({
      id: token.id,
      hash: token.hash,
      ...tokenNumbers(token),
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

/**
 * Locks the token row, then reads. Two statements: one that waits for the lock would answer with the
 * token as it is now and its membership, user and organization as they were before the wait.
 */
export async function lockToken(context: SqlContext, id: TokenId): Promise<TokenRecord | null> {
  if (context.locksRows) {
    await context.db.selectFrom("personal_access_tokens").select("id").where("id", "=", id).forNoKeyUpdate().execute();
  }
  return findToken(context, id);
}

export async function renameToken({ db }: SqlContext, id: TokenId, name: string): Promise<void> {
  await db
    .updateTable("personal_access_tokens")
    .set({ name, name_key: searchText(name) })
    .where("id", "=", id)
    .execute();
}

export async function revokeToken({ db }: SqlContext, id: TokenId, revocation: Revocation): Promise<void> {
  await db
    .updateTable("personal_access_tokens")
    .set(tombstoneOf(revocation))
    .where("id", "=", id)
    .where("revoked_at", "is", null)
    .execute();
}

export async function dismissToken({ db }: SqlContext, id: TokenId, at: number): Promise<void> {
  await db
    .updateTable("personal_access_tokens")
    .set({ dismissed_at: at })
    .where("id", "=", id)
    .where("dismissed_at", "is", null)
    .execute();
}

/** By personal_access_tokens_live_membership. */
export async function revokeTokensOfMembership(
  context: SqlContext,
  id: MembershipId,
  revocation: Revocation,
): Promise<readonly RevokedRef[]> {
  return revokeLiveTokens(context, "membership_id", id, revocation);
}

/** By personal_access_tokens_live_user. */
export async function revokeTokensOfUser(
  context: SqlContext,
  id: UserId,
  revocation: Revocation,
): Promise<readonly RevokedRef[]> {
  return revokeLiveTokens(context, "user_id", id, revocation);
}

/** By personal_access_tokens_live_organization. */
export async function revokeTokensOfOrganization(
  context: SqlContext,
  id: OrganizationId,
  revocation: Revocation,
): Promise<readonly RevokedRef[]> {
  return revokeLiveTokens(context, "organization_id", id, revocation);
}

/**
 * Locks the live tokens in the order of their ids before it changes any: two sweeps over the same
 * tokens, of a user and of an organization, then wait for each other instead of deadlocking.
 */
async function revokeLiveTokens(
  { db, locksRows }: SqlContext,
  owner: "membership_id" | "user_id" | "organization_id",
  id: MembershipId | UserId | OrganizationId,
  revocation: Revocation,
): Promise<readonly RevokedRef[]> {
  if (locksRows) {
    await db
      .selectFrom("personal_access_tokens")
      .select("id")
      .where(owner, "=", id)
      .where("revoked_at", "is", null)
      .orderBy("id")
      .forNoKeyUpdate()
      .execute();
  }
  const rows = await db
    .updateTable("personal_access_tokens")
    .set(tombstoneOf(revocation))
    .where(owner, "=", id)
    .where("revoked_at", "is", null)
    .returning(["id", "name", "prefix", "organization_id"])
    .execute();
  return rows.map((row) => ({ id: row.id, name: row.name, prefix: row.prefix, organizationId: row.organization_id }));
}

export interface TokenRecordRow
  extends
    TokenFactsRow,
    Omit<RevocationColumns, "revoked_at" | "revoked_reason">,
    Pick<TokenRow, "replaces" | "dismissed_at"> {
  use_count: CredentialUseRow["use_count"] | null;
  last_used_ip: string | null;
  last_used_user_agent: string | null;
  last_used_route: string | null;
}

export type TokenQuery = SelectQueryBuilder<TokenScope, "pat" | "mem" | "usr" | "org" | "uses", TokenRecordRow>;

/** Every join is by primary key. */
export function selectTokens(db: Kysely<Tables>): TokenQuery {
  return selectTokenFacts(db).select([
    "pat.replaces",
    "pat.dismissed_at",
    "pat.revoked_by_kind",
    "pat.revoked_by_id",
    "pat.revoked_by_name",
    "uses.use_count",
    "uses.last_used_ip",
    "uses.last_used_user_agent",
    "uses.last_used_route",
  ]);
}

function selectTokenPage(db: Kysely<Tables>, page: PageRequest): TokenQuery {
  return selectTokens(db)
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

export function toToken(row: TokenRecordRow, json: StoredJson): TokenRecord {
  return {
    ...toTokenFacts(row, json),
    revokedBy: toRevokedBy(row),
    replaces: row.replaces,
    dismissedAt: row.dismissed_at,
    lastUsedIp: row.last_used_ip,
    lastUsedUserAgent: row.last_used_user_agent,
    lastUsedRoute: row.last_used_route,
    useCount: row.use_count ?? 0,
  };
}
