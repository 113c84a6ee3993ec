import type { OrganizationId, TokenId } from "@mintmark/core";
import { sql } from "kysely";
import type { TokenRecord } from "../credential-port.ts";
import type { LiveToken } from "../overview-port.ts";
import type { Page, PageRequest } from "../page.ts";
import type { SqlContext } from "./context.ts";
import { hasFollowUps, LIVES_ON } from "./follow-ups.ts";
import { jsonTexts } from "./json-rows.ts";
import { isBeyond, pageOf, rowsToRead } from "./paging.ts";
import { selectTokens, toToken } from "./tokens.ts";

/** In the order of personal_access_tokens_live_newest, which has all columns; the last use by primary key. */
export async function listLiveTokens(
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
  // Looked for only while there are such: the index has not what a token hangs from.
  if (await hasFollowUps(context)) query = query.where(LIVES_ON);
  return pageOf(
    await query.execute(),
    page,
    (row) => ({ id: row.id, createdAt: row.created_at, expiresAt: row.expires_at, lastUsedAt: row.last_used_at }),
    (token) => ({ at: token.createdAt, id: token.id }),
  );
}

/** By primary key. */
export async function listTokensById(
  { db, json }: SqlContext,
  ids: readonly TokenId[],
): Promise<readonly TokenRecord[]> {
  const rows = await selectTokens(db)
    .where("pat.id", "in", sql<TokenId>`(${jsonTexts(ids)})`)
    .execute();
  return rows.map((row) => toToken(row, json));
}
