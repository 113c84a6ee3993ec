import type { UserId } from "@mintmark/core";
import { isPassword } from "../../secrets/password.ts";
import type { Transaction } from "../../store/store.ts";
import type { SessionActor } from "../actor.ts";
import type { Deps } from "../deps.ts";
import { Refusal } from "../refusal.ts";
import { backOffMs, FAILURE_WINDOW_MS, present, remainingMs, tooManyTries } from "./back-off.ts";
import { turnsOf } from "./turns.ts";

/**
 * Checks the password of the person who is signed in and answers the hash it matched. Failures are counted
 * for the session that asks and slow down that session alone: whoever holds a stolen one cannot guess
 * on, and cannot make the owner wait either.
 */
export function requireOwnPassword(
  deps: Pick<Deps, "store" | "clock">,
  actor: SessionActor,
  password: string,
  field = "password",
): Promise<string> {
  const key = `password:session:${actor.session.id}`;
  const { store } = deps;
  return turnsOf(store).run(key, async () => {
    const now = deps.clock();
    const failures = present(await store.reads.findAttempts(key), FAILURE_WINDOW_MS, now);
    const waitMs = remainingMs(failures, backOffMs(failures?.count ?? 0), now);
    if (waitMs > 0) throw tooManyTries(waitMs);
    const passwordHash = await store.reads.findPasswordHash(actor.user.id);
    const isRight = await isPassword(password, passwordHash, {
      standing: "signed_in",
      sources: [actor.user.id],
    });
    if (isRight && passwordHash !== null) {
      if (failures !== null) await store.transaction((tx) => tx.clearAttempts(key));
      return passwordHash;
    }
    await store.transaction((tx) => tx.countAttempt(key, FAILURE_WINDOW_MS, deps.clock()));
    throw passwordWrong(field, "Type your present password, or sign out and in again.");
  });
}

/** Refuses when the password is no longer the one that was checked. Call it with the user locked. */
export async function requireSamePassword(tx: Transaction, userId: UserId, checkedHash: string): Promise<void> {
  if ((await tx.findPasswordHash(userId)) === checkedHash) return;
  throw passwordWrong("password", "It was changed a moment ago. Type the new one.");
}

function passwordWrong(field: string, advice: string): Refusal {
  return new Refusal("password_wrong", `The password is wrong. ${advice}`, {
    errors: [{ field, message: "This is not your password." }],
  });
}
