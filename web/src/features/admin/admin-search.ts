// The filters of the lists as their addresses hold them, and as the server takes them. What makes no sense is left out.
import { QUERY_MAX_LENGTH } from "@mintmark/core";
import type { AdminOrganizationFilter, AdminTokenFilter, AdminUserFilter } from "../../api/admin.ts";

/** Filters by name, each a text. */
export type Search<Name extends string> = { readonly [Key in Name]?: string };

/** The search with a change: what is empty leaves the address. */
export function changedSearch<Name extends string>(search: Search<Name>, change: Search<Name>): Search<Name> {
  const entries = Object.entries({ ...search, ...change }).filter(([, value]) => value !== undefined && value !== "");
  return Object.fromEntries(entries) as Search<Name>;
}

/** `show` is one of these states, or the people who administer. */
type UserSearch = Search<"query" | "show">;

export function userFilterOf({ query, show }: UserSearch): AdminUserFilter {
  return {
    ...wordsOf(query),
    ...(show === "active" || show === "suspended" ? { state: show } : {}),
    ...(show === "admins" ? { instanceAdmin: true } : {}),
  };
}

export type OrganizationSearch = Search<"query" | "kind" | "show">;

/** Everybody has a personal organization, so the others are shown unless one asks. */
export function organizationFilterOf({ query, kind, show }: OrganizationSearch): AdminOrganizationFilter {
  return {
    ...wordsOf(query),
    state: show === "deleted" || show === "all" ? show : "active",
    ...(kind === "all" ? {} : { personal: kind === "personal" }),
    ...(show === "ownerless" ? { withoutOwner: true } : {}),
  };
}

type TokenSearch = Search<"query" | "user" | "organization" | "state" | "use">;

const TOKEN_STATES = ["live", "expired", "revoked", "suspended"] as const;

export function tokenFilterOf({ query, user, organization, state, use }: TokenSearch): AdminTokenFilter {
  const known = TOKEN_STATES.find((one) => one === state);
  return {
    ...wordsOf(query),
    ...(user ? { user } : {}),
    ...(organization ? { organization } : {}),
    ...(known === undefined ? {} : { state: known }),
    ...(use === "stale" ? { stale: true } : {}),
    ...(use === "never" ? { neverUsed: true } : {}),
  };
}

function wordsOf(query: string | undefined): { readonly query?: string } {
  const words = (query ?? "").trim().slice(0, QUERY_MAX_LENGTH);
  return words === "" ? {} : { query: words };
}
