import type { UserId } from "@mintmark/core";
import type { Page, PageRequest, TokenRecord } from "../../store/store.ts";
import type { Actor } from "../actor.ts";
import type { Deps } from "../deps.ts";
import { ownerOf } from "./find-token.ts";

/** The caller's own tokens, newest first: of all organizations for a session, of its own for a token. Dismissed ones are left out. */
export function listTokens(deps: Pick<Deps, "store">, actor: Actor, page: PageRequest): Promise<Page<TokenRecord>> {
  const owner = ownerOf(actor) as UserId;
  const organizationId = actor.kind === "session" ? null : actor.principal.organization.id;
  return deps.store.reads.listTokensOfUser(owner, organizationId, page);
}
