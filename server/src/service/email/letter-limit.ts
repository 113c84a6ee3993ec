// How many letters an hour one address gets, and one caller causes: nobody floods a mailbox, or strangers, by an
// instance's name. Each kind of letter is counted for itself, so that invitations cannot use up the turn of a reset.
import { hash } from "node:crypto";
import { emailKey } from "@mintmark/core";
import type { Deps } from "../deps.ts";
import { Refusal } from "../refusal.ts";

const WINDOW_MS = 3_600_000;
const LETTERS_TO_ADDRESS = 5;
const LETTERS_BY_CALLER = 100;

export interface LetterCount {
  readonly kind: "invitation" | "verification" | "reset";
  readonly to: string;
  /** Who causes the letter, by id; absent when nobody is known. */
  readonly by?: string;
}

/** Counts a letter that is about to be sent and answers for how long it must not be, in milliseconds; 0 when it may. */
export async function letterWaitMs(
  { store, clock }: Pick<Deps, "store" | "clock">,
  { kind, to, by }: LetterCount,
): Promise<number> {
  const limits = [
    { key: `mail:${kind}:to:${hash("sha256", emailKey(to)).slice(0, 32)}`, most: LETTERS_TO_ADDRESS },
    ...(by === undefined ? [] : [{ key: `mail:${kind}:by:${by}`, most: LETTERS_BY_CALLER }]),
  ];
  const now = clock();
  return store.transaction(async (tx) => {
    let longest = 0;
    for (const { key, most } of limits) {
      const { count, since } = await tx.countAttempt(key, WINDOW_MS, now);
      if (count > most) longest = Math.max(longest, since + WINDOW_MS - now);
    }
    return longest;
  });
}

export function tooManyLetters(waitMs: number): Refusal {
  const minutes = Math.ceil(waitMs / 60_000);
  return new Refusal(
    "rate_limited",
    `No more letters are sent to this address for now. Look into the mailbox, also among spam, or try again in ${minutes} min.`,
    { retryAfterSeconds: Math.ceil(waitMs / 1000) },
  );
}
