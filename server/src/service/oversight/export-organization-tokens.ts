import type { OrganizationId } from "@mintmark/core";
import { nextTurn } from "../../event-loop/turn.ts";
import type { Cursor, TokenRecord } from "../../store/store.ts";
import type { Actor } from "../actor.ts";
import type { Deps } from "../deps.ts";
import { listOrganizationTokens, type TokenQuery } from "./list-organization-tokens.ts";

const PAGE = 500;

/**
 * Every token that passes the filter, page by page, each read when it is asked for. The caller's authority is
 * judged for each page: who loses it halfway gets no further.
 */
export async function* exportOrganizationTokens(
  deps: Deps,
  actor: Actor,
  organizationId: OrganizationId,
  query: TokenQuery,
): AsyncGenerator<readonly TokenRecord[]> {
  let after: Cursor | null = null;
  do {
    const page: Awaited<ReturnType<typeof listOrganizationTokens>> = await listOrganizationTokens(
      deps,
      actor,
      organizationId,
      { query, page: { limit: PAGE, after } },
    );
    yield page.items;
    after = page.next;
    // A client that reads fast would otherwise keep everybody else waiting on an embedded database.
    if (after !== null) await nextTurn();
  } while (after !== null);
}
