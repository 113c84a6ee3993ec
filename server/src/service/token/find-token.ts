import type { TokenId } from "@mintmark/core";
import type { Reads, TokenRecord } from "../../store/store.ts";
import type { Actor } from "../actor.ts";
import { notFound, Refusal } from "../refusal.ts";

/** How a route names a token: by id, or the one that makes the request. */
export type TokenSelector = TokenId | "current";

/**
 * The caller's own token: a session sees all of its user's tokens, a token those of its user in its
 * own organization. Everything else is `not_found`. An API key owns no tokens.
 */
export async function getOwnToken(reads: Reads, actor: Actor, selector: TokenSelector): Promise<TokenRecord> {
  const token = await reads.findToken(resolveSelector(actor, selector));
  if (token === null || token.user.id !== ownerOf(actor)) throw notFound();
  if (actor.kind === "credential" && token.organization.id !== actor.principal.organization.id) throw notFound();
  return token;
}

/** The user whose tokens the caller may see. */
export function ownerOf(actor: Actor): string {
  if (actor.kind === "session") return actor.user.id;
  const { user } = actor.principal;
  if (user === null) {
    throw new Refusal(
      "personal_credential_required",
      "An API key belongs to an organization and has no personal access tokens. Use a personal access token.",
    );
  }
  return user.id;
}

function resolveSelector(actor: Actor, selector: TokenSelector): TokenId {
  if (selector !== "current") return selector;
  if (actor.kind === "session") {
    throw new Refusal(
      "not_found",
      'A browser session has no current token: "current" is the token that makes the request. Name a token by its id.',
    );
  }
  ownerOf(actor);
  return actor.principal.credential.id as TokenId;
}
