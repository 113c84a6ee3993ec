import { DAY_MS } from "@mintmark/core";
import { inSteps } from "../../event-loop/turn.ts";
import type { Deps } from "../deps.ts";

/** How long a notice is kept. What it told of stays in the audit log. */
const NOTICE_DAYS = 365;
const AT_ONCE = 200;

/** Forgets notices older than a year, read or not. */
export async function forgetOldNotices(deps: Pick<Deps, "store" | "clock">, signal?: AbortSignal): Promise<void> {
  await inSteps(async () => {
    const forgotten = await deps.store.transaction((tx) =>
      tx.forgetNotices(deps.clock() - NOTICE_DAYS * DAY_MS, AT_ONCE),
    );
    return forgotten === AT_ONCE;
  }, signal);
}
