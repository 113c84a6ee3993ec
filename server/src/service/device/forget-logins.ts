import { DAY_MS } from "@mintmark/core";
import type { Deps } from "../deps.ts";

const AT_ONCE = 500;

/** Forgets logins a day after their time was over: until then a code that comes back is known for what it is. */
export async function forgetOldLogins(deps: Pick<Deps, "store" | "clock">): Promise<void> {
  let forgotten: number;
  do {
    forgotten = await deps.store.transaction((tx) => tx.forgetDeviceLogins(deps.clock() - DAY_MS, AT_ONCE));
  } while (forgotten === AT_ONCE);
}
