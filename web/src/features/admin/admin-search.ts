// The filters of the lists, in their addresses and in their requests. Invalid values are ignored.
import { QUERY_MAX_LENGTH } from "@mintmark/core";
import { textForAddress } from "../../ui/search-text.ts";
import type { AdminOrganizationFilter, AdminTokenFilter, AdminUserFilter } from "../../api/admin.ts";

/** The text of each filter. */
export type Search<Name extends string> = { readonly [Key in Name]?: string };

/** The search after a change, without empty fields and secrets. */
export function changedSearch<Name extends string>(search: Search<Name>, change: Search<Name>): Search<Name> {
  const all: Readonly<Record<string, string | undefined>> = { ...search, ...change };
  const entries = Object.entries(all)
    .map(([name, value]) => [name, name === "query" ? textForAddress(value ?? "") : value] as const)
    .filter(([, value]) => value !== undefined && value !== "");
  return Object.fromEntries(entries) as Search<Name>;
}

/** `show` is a state, or `admins`. */
type UserSearch = Search<"query" | "show">;

export function userFilterOf({ query, show }: UserSearch): AdminUserFilter {
  return {
    ...wordsOf(query),
    ...(show === "active" || show === "suspended" ? { state: show } : {}),
    ...(show === "admins" ? { instanceAdmin: true } : {}),
  };
}

export type OrganizationSearch = Search<"query" | "kind" | "show">;

/** Personal organizations are hidden by default, since every person has one. */
export function organizationFilterOf({ query, kind, show }: OrganizationSearch): AdminOrganizationFilter {
  return {
    ...wordsOf(query),
    state: show === "deleted" || show === "all" ? show : "active",
    ...(kind === "all" ? {} : { personal: kind === "personal" }),
    ...(show === "ownerless" ? { withoutOwner: true } : {}),
  };
}

export type TokenSearch = Search<"query" | "user" | "organization" | "state" | "use">;

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
