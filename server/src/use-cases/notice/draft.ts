import type { OrganizationId, RevokedReason, TokenId, UserId } from "@mintmark/core";
import { newId } from "../../secrets/generate.ts";
import type { ActorRef, NewNotice } from "../../store/store.ts";
import type { Deps } from "../deps.ts";

/** Tokens that one notice names; of more it says how many there are. */
export const NAMED_TOKENS = 20;

export interface NoticeRules extends Pick<Deps, "catalogue" | "settings"> {
  /** Whether letters can be sent at all. */
  readonly hasMail: boolean;
}

/** A notice before it gets its id. */
export type NoticeDraft = Omit<NewNotice, "id" | "mailDueAt">;

/** The notice, due to be mailed at once where letters can be sent; who wants one is judged when it is sent. */
export function toNotice({ hasMail }: Pick<NoticeRules, "hasMail">, draft: NoticeDraft): NewNotice {
  return { ...draft, id: newId("notice"), mailDueAt: hasMail ? draft.at : null };
}

/** The holder did it, or a client of theirs that signed itself out. A secret that was reported is news to them. */
export function isOwnDoing(
  { by, reason }: { readonly by: ActorRef; readonly reason: unknown },
  owner: UserId,
): boolean {
  return by.id === owner || (by.kind === "system" && reason === "self");
}

/** What a holder is told of tokens that somebody else ended at once. */
export function revokedDraft(end: {
  readonly owner: UserId;
  readonly at: number;
  readonly by: ActorRef;
  readonly reason: RevokedReason;
  /** `null` when they were in several. */
  readonly organizationId: OrganizationId | null;
  /** The first of them, or all. */
  readonly tokens: readonly { readonly id: TokenId; readonly name: string }[];
  readonly count: number;
}): NoticeDraft {
  const { owner, at, by, reason, organizationId, tokens, count } = end;
  return {
    userId: owner,
    kind: "token.revoked",
    at,
    organizationId,
    token: count === 1 ? (tokens[0] ?? null) : null,
    details: { by, reason, tokens: tokens.slice(0, NAMED_TOKENS), tokenCount: count },
  };
}
