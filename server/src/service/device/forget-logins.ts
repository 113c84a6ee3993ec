import { DAY_MS } from "@mintmark/core";
import { inSteps } from "../../event-loop/turn.ts";
import type { Transaction } from "../../store/store.ts";
import type { Deps } from "../deps.ts";

const AT_ONCE = 200;

/** For how long a login that nobody opened is known to be over: its device still polls. */
const OVER_MS = 10 * 60_000;

/**
 * Forgets logins a day after their time was over: until then a code that comes back is known for what it is. Those that
 * nobody opened, which cost nothing to make, go after ten minutes.
 */
export async function forgetOldLogins(
  { store, clock }: Pick<Deps, "store" | "clock">,
  signal?: AbortSignal,
): Promise<void> {
  const now = clock();
  const forget = (some: (tx: Transaction) => Promise<number>): Promise<void> =>
    inSteps(async () => (await store.transaction(some)) === AT_ONCE, signal);
  await forget((tx) => tx.forgetUnclaimedLogins({ before: now - OVER_MS }, AT_ONCE));
  await forget((tx) => tx.forgetDeviceLogins(now - DAY_MS, AT_ONCE));
}
