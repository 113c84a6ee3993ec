import { newId } from "../../secrets/generate.ts";
import type { NewNotice } from "../../store/store.ts";
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
