// The filter and order of an organization's tokens, in the address and in the request. ui/search-text.ts keeps the search
// text.
import { prefixIn, QUERY_MAX_LENGTH } from "@mintmark/core";
import type { TokenQuery } from "../../api/token.ts";

export type OversightSearch = {
  readonly [Name in "state" | "use" | "expires" | "sort" | "member"]?: string;
};

export const STATES = ["active", "blocked", "suspended", "expired", "revoked"] as const;
export type TokenState = (typeof STATES)[number];

export const STATE_LABELS: Record<TokenState, string> = {
  active: "Active",
  blocked: "Blocked by policy",
  suspended: "Suspended",
  expired: "Expired",
  revoked: "Revoked",
};

export const USES = { stale: "Stale", never: "Never used" } as const;

export const EXPIRIES = { "7": "Within 7 days", "30": "Within 30 days", "90": "Within 90 days" } as const;

export const SORTS = {
  newest: ["Newest first", { sort: "created", order: "descending" }],
  oldest: ["Oldest first", { sort: "created", order: "ascending" }],
  ending: ["Ending soonest", { sort: "expires", order: "ascending" }],
  lasting: ["Ending last", { sort: "expires", order: "descending" }],
  used: ["Used last", { sort: "lastUsed", order: "descending" }],
  unused: ["Unused longest", { sort: "lastUsed", order: "ascending" }],
} as const satisfies Record<string, readonly [string, Pick<TokenQuery, "sort" | "order">]>;

/** The query of the request. Unknown values of the address are ignored. */
export function tokenQueryOf(search: OversightSearch, typed: string): TokenQuery {
  const state = STATES.find((one) => one === search.state);
  const [, sort] = SORTS[isKey(SORTS, search.sort) ? search.sort : "newest"];
  const text = searchedText(typed);
  return {
    ...sort,
    ...(state === undefined ? {} : { state }),
    ...(search.use === "stale" ? { stale: "true" as const } : {}),
    ...(search.use === "never" ? { neverUsed: "true" as const } : {}),
    ...(isKey(EXPIRIES, search.expires) ? { expiresWithinDays: Number(search.expires) } : {}),
    ...(search.member === undefined ? {} : { member: search.member }),
    ...(text === "" ? {} : { query: text }),
  };
}

/** A pasted secret becomes its prefix, so that the rest of it never leaves the page. */
export function searchedText(typed: string): string {
  return prefixIn(typed) ?? typed.trim().slice(0, QUERY_MAX_LENGTH);
}

/** Whether a filter or a search is set. */
export function isNarrowed(search: OversightSearch, typed: string): boolean {
  return typed.trim() !== "" || Object.entries(search).some(([name, value]) => name !== "sort" && value !== undefined);
}

/** The address with one changed filter. An empty filter is removed. */
export function withFilter(search: OversightSearch, name: keyof OversightSearch, value: string): OversightSearch {
  const { [name]: _, ...rest } = search;
  return value === "" ? rest : { ...rest, [name]: value };
}

function isKey<Keys extends string>(record: Readonly<Record<Keys, unknown>>, key: string | undefined): key is Keys {
  return key !== undefined && Object.hasOwn(record, key);
}
