import { DAY_MS } from "@mintmark/core";
import { inSteps } from "../../event-loop/turn.ts";
import type { Deps } from "../deps.ts";

/** How long the history of use is kept: a year, and room to compare it with the one before. */
export const USE_HISTORY_DAYS = 400;
/** Rows of each kind deleted in one transaction: few, since on SQLite nothing else happens meanwhile. */
const AT_ONCE = 200;

/** Forgets days, and addresses and routes not seen since, that are older. Counts of whole credentials stay. */
export async function forgetOldUses(deps: Pick<Deps, "store" | "clock">, signal?: AbortSignal): Promise<void> {
  const beforeDay = Math.floor(deps.clock() / DAY_MS) - USE_HISTORY_DAYS;
  await inSteps(
    async () => (await deps.store.transaction((tx) => tx.forgetUseHistory(beforeDay, AT_ONCE), "lazy")) > 0,
    signal,
  );
}
