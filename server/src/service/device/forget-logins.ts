import { DAY_MS } from "@mintmark/core";
import type { Deps } from "../deps.ts";

const AT_ONCE = 500;

/** For how long a login that nobody opened is known to be over: its device still polls. */
const OVER_MS = 10 * 60_000;

/**
 * Forgets logins a day after their time was over: until then a code that comes back is known for what it is. Those that
 * nobody opened, which cost nothing to make, go after ten minutes.
 */
export async function forgetOldLogins({ store, clock }: Pick<Deps, "store" | "clock">): Promise<void> {
  const now = clock();
  await repeatedly(() => store.transaction((tx) => tx.forgetUnclaimedLogins({ before: now - OVER_MS }, AT_ONCE)));
  await repeatedly(() => store.transaction((tx) => tx.forgetDeviceLogins(now - DAY_MS, AT_ONCE)));
}

async function repeatedly(forget: () => Promise<number>): Promise<void> {
  while ((await forget()) === AT_ONCE);
}
