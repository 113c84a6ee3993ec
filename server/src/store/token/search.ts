// The search through the tokens of an organization, or of all organizations, for oversight over any number of them.
import type { CredentialState, OrganizationId, StaleBounds, UserId } from "@mintmark/core";
import { type Expression, type RawBuilder, sql, type SqlBool } from "kysely";
import { containsText, rowsToRead, type SqlContext } from "../context.ts";
import type { Cursor, Page, PageRequest } from "../values.ts";
import { HAS_ENDED } from "./ending.ts";
import { queryTokens, type TokenRecord, toToken } from "./token.ts";

/**
 * The rules of the organization's policy that refuse tokens, as instants. The caller computes them, so that the store
 * makes no decision.
 */
export interface TokenBlocks {
  /** Tokens minted before this are refused. */
  readonly mintedBefore: number | null;
  /** Tokens without an expiry are refused. */
  readonly withoutExpiry: boolean;
  /** Tokens that were last used, or if never used minted, before this are refused. */
  readonly unusedSince: number | null;
  /** Every token is refused. */
  readonly all: boolean;
}

/** The ends that a search selects: expiries by `by`, and what the policy has ended by then, as instants. */
export interface TokenEnds extends Pick<TokenBlocks, "mintedBefore" | "unusedSince"> {
  readonly by: number;
}

export interface TokenFilter {
  /** The state that lists show, evaluated at `now` under `blocks`. */
  readonly state: CredentialState | null;
  readonly userId: UserId | null;
  /** Neither revoked nor expired, and last used, or if never used minted, at or before these instants. */
  readonly stale: StaleBounds | null;
  readonly neverUsed: boolean;
  /** Neither revoked nor expired, and ending at or before this. */
  readonly ends: TokenEnds | null;
  /** A part of the token's name or prefix, or of its owner's name or address, ignoring case. */
  readonly query: string | null;
}

/** The time of minting, of expiry (no expiry is last), or of the last use (never is first). */
export interface TokenOrder {
  readonly by: "created" | "expires" | "lastUsed";
  readonly direction: "ascending" | "descending";
}

export interface TokenSearch {
  readonly filter: TokenFilter;
  readonly order: TokenOrder;
  readonly blocks: TokenBlocks;
  readonly now: number;
}

export const tokenSearchReads = { searchTokens };

// A filter may pass one token in a hundred thousand. A page reads a bounded number of tokens, so that it takes
// milliseconds whatever the filter is, and verification on SQLite never waits longer for it.
const LOOKED_THROUGH = 2_500;

/** The columns of the index for each order: …_organization, …_expires and credential_uses_last. */
const KEYS = {
  created: { at: "pat.created_at", id: "pat.id", organization: "pat.organization_id" },
  expires: { at: "pat.expires_order", id: "pat.id", organization: "pat.organization_id" },
  lastUsed: { at: "uses.last_used_order", id: "uses.credential_id", organization: "uses.organization_id" },
} as const satisfies Record<TokenOrder["by"], { at: string; id: string; organization: string }>;

type Conditions = readonly RawBuilder<SqlBool>[];

/**
 * The organization's tokens that pass the filter, in this order; with `null` those of every organization, in the order
 * of minting only. A page reads a few thousand tokens at most. So it may hold fewer items than requested, even none,
 * while `next` says that there are more to read. Reads in the order of personal_access_tokens_organization, …_holder
 * for one person, …_expires or credential_uses_last; over all organizations in the order of
 * personal_access_tokens_newest, or …_user_newest for one person. The first statement finds where this page must stop,
 * by the index alone; the second reads the tokens up to there.
 */
async function searchTokens(
  context: SqlContext,
  organizationId: OrganizationId | null,
  search: TokenSearch,
  page: PageRequest,
): Promise<Page<TokenRecord>> {
  const key = KEYS[search.order.by];
  const within: Conditions = [
    organizationId === null ? sql`1 = 1` : sql`${sql.ref(key.organization)} = ${organizationId}`,
    ...(page.after === null ? [] : [beyond(search.order, page.after)]),
    ...(search.filter.userId === null || search.order.by === "lastUsed"
      ? []
      : [sql<SqlBool>`pat.user_id = ${search.filter.userId}`]),
  ];
  const end = await findEnd(context, search.order, within);
  const rows = await queryTokens(context.db)
    .select(sql<number>`${sql.ref(key.at)}`.as("position"))
    .where((row) => row.and([...within, ...(end === null ? [] : [upTo(search.order, end)]), ...conditionsOf(search)]))
    .orderBy(sql.ref(key.at), directionOf(search.order))
    .orderBy(sql.ref(key.id), directionOf(search.order))
    .limit(rowsToRead(page))
    .execute();
  const shown = rows.slice(0, page.limit);
  const last = shown.at(-1);
  const isFull = rows.length > page.limit && last !== undefined;
  return {
    items: shown.map((row) => toToken(row, context.json)),
    next: isFull ? { at: last.position, id: last.id } : end,
  };
}

/** The last token that this page may read; `null` when fewer are left. */
async function findEnd({ db }: SqlContext, order: TokenOrder, within: Conditions): Promise<Cursor | null> {
  const { at, id } = KEYS[order.by];
  const table = order.by === "lastUsed" ? sql`credential_uses as uses` : sql`personal_access_tokens as pat`;
  const direction = sql.raw(directionOf(order));
  const { rows } = await sql<Cursor>`
    select ${sql.ref(at)} as at, ${sql.ref(id)} as id from ${table} where ${sql.join(within, sql` and `)}
    order by ${sql.ref(at)} ${direction}, ${sql.ref(id)} ${direction} limit 1 offset ${LOOKED_THROUGH}
  `.execute(db);
  return rows[0] ?? null;
}

function directionOf(order: TokenOrder): "asc" | "desc" {
  return order.direction === "ascending" ? "asc" : "desc";
}

function beyond(order: TokenOrder, { at, id }: Cursor): RawBuilder<SqlBool> {
  return compared(order, order.direction === "ascending" ? sql`>` : sql`<`, { at, id });
}

function upTo(order: TokenOrder, end: Cursor): RawBuilder<SqlBool> {
  return compared(order, order.direction === "ascending" ? sql`<=` : sql`>=`, end);
}

function compared(order: TokenOrder, operator: RawBuilder<unknown>, { at, id }: Cursor): RawBuilder<SqlBool> {
  const key = KEYS[order.by];
  return sql<SqlBool>`(${sql.ref(key.at)}, ${sql.ref(key.id)}) ${operator} (${at}, ${id})`;
}

function conditionsOf({ filter, blocks, now }: TokenSearch): readonly Expression<SqlBool>[] {
  const { state, userId, stale, neverUsed, ends, query } = filter;
  return [
    ...(state === null ? [] : STATES[state](blocks, now)),
    ...(userId === null ? [] : [sql<SqlBool>`pat.user_id = ${userId}`]),
    ...(stale === null ? [] : [...unexpired(now), isStale(stale)]),
    ...(neverUsed ? [sql<SqlBool>`uses.last_used_at is null`] : []),
    ...(ends === null ? [] : [...unexpired(now), endsBy(ends), sql<SqlBool>`not ${hasPolicyEnded(blocks)}`]),
    ...(query === null ? [] : [containsText(SEARCHED, query)]),
  ];
}

/** Core's `isStale` in SQL. */
function isStale({ lastUsedBy, createdBy }: StaleBounds): RawBuilder<SqlBool> {
  return sql`(uses.last_used_at <= ${lastUsedBy} or (uses.last_used_at is null and pat.created_at <= ${createdBy}))`;
}

function endsBy({ by, ...policyEnds }: TokenEnds): RawBuilder<SqlBool> {
  return sql`(coalesce(pat.expires_at <= ${by}, false) or ${hasPolicyEnded(policyEnds)})`;
}

function hasPolicyEnded({
  mintedBefore,
  unusedSince,
}: Pick<TokenBlocks, "mintedBefore" | "unusedSince">): RawBuilder<SqlBool> {
  const ends = [
    sql`1 = 0`,
    ...(mintedBefore === null ? [] : [sql`pat.created_at < ${mintedBefore}`]),
    ...(unusedSince === null ? [] : [sql`${LAST_SIGN} < ${unusedSince}`]),
  ];
  return sql`(${sql.join(ends, sql` or `)})`;
}

/** The time of the last use, or of the minting if it was never used. */
const LAST_SIGN = sql`coalesce(uses.last_used_at, pat.created_at)`;

const SEARCHED = ["pat.name_key", "pat.prefix", "usr.name_key", "usr.email_key"];

/** Has no tombstone, and did not end with its membership, user or organization. */
const IS_UNREVOKED = sql<SqlBool>`(pat.revoked_at is null and not ${HAS_ENDED})`;

/** The states of core's `credentialState`, in its order of precedence. A test compares the two. */
const STATES: Readonly<Record<NonNullable<TokenFilter["state"]>, (blocks: TokenBlocks, now: number) => Conditions>> = {
  revoked: () => [sql`not ${IS_UNREVOKED}`],
  expired: (_blocks, now) => [IS_UNREVOKED, sql`pat.expires_at <= ${now}`],
  suspended: (_blocks, now) => [...unexpired(now), sql`(mem.suspended_at is not null or usr.suspended_at is not null)`],
  blocked: (blocks, now) => [...unsuspended(now), isBlocked(blocks)],
  active: (blocks, now) => [...unsuspended(now), sql`not ${isBlocked(blocks)}`],
};

function unexpired(now: number): Conditions {
  return [IS_UNREVOKED, sql`(pat.expires_at is null or pat.expires_at > ${now})`];
}

function unsuspended(now: number): Conditions {
  return [...unexpired(now), sql`mem.suspended_at is null`, sql`usr.suspended_at is null`];
}

function isBlocked({ mintedBefore, withoutExpiry, unusedSince, all }: TokenBlocks): RawBuilder<SqlBool> {
  const rules = [
    sql`1 = ${all ? 1 : 0}`,
    ...(withoutExpiry ? [sql`pat.expires_at is null`] : []),
    hasPolicyEnded({ mintedBefore, unusedSince }),
  ];
  return sql`(${sql.join(rules, sql` or `)})`;
}
