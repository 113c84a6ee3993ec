// The content of a notice before it is stored.
import type { OrganizationId, RevokedReason, TokenId, UserId } from "@mintmark/core";
import { newId } from "../../secrets/generate.ts";
import type { ActorRef, NewNotice } from "../../store/store.ts";
import type { Deps } from "../deps.ts";

/** A notice names this many tokens and states the number of the others. */
export const NAMED_TOKENS = 20;

export interface NoticeRules extends Pick<Deps, "catalogue" | "settings"> {
  /** Whether the instance can send email. */
  readonly hasMail: boolean;
}

/** The content of a notice that has no id yet. */
export type NoticeDraft = Omit<NewNotice, "id" | "mailDueAt">;

/** Builds the notice. With mail, its email is due at once. Whether the person wants it is checked when it is sent. */
export function toNotice({ hasMail }: Pick<NoticeRules, "hasMail">, draft: NoticeDraft): NewNotice {
  return { ...draft, id: newId("notice"), mailDueAt: hasMail ? draft.at : null };
}

/**
 * Returns whether the owner ended the token: directly, or through a client that signed itself out. A secret that was
 * reported as leaked is news to its owner.
 */
export function isOwnDoing(
  { by, reason }: { readonly by: ActorRef; readonly reason: unknown },
  owner: UserId,
): boolean {
  return by.id === owner || (by.kind === "system" && reason === "self");
}

/** Builds the notice for an owner about tokens that somebody else ended together. */
export function revokedDraft(end: {
  readonly owner: UserId;
  readonly at: number;
  readonly by: ActorRef;
  readonly reason: RevokedReason;
  /** `null` when the tokens were in several organizations. */
  readonly organizationId: OrganizationId | null;
  /** The first of the tokens, or all. */
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
