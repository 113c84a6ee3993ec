import type { ServiceRecord } from "../../store/store.ts";
import type { Deps } from "../deps.ts";

/** A service asks often; when it last did is shown to the minute, and written no oftener. */
const MINUTE_MS = 60_000;

/** Notes that the service was here. The answer does not wait for it, and a crash may forget it. */
export function noteServiceUse(
  deps: Pick<Deps, "store" | "clock" | "later">,
  { id, lastUsedAt }: Pick<ServiceRecord, "id" | "lastUsedAt">,
): void {
  const now = deps.clock();
  if (lastUsedAt !== null && now - lastUsedAt < MINUTE_MS) return;
  deps.later(() => deps.store.transaction((tx) => tx.noteServiceUse(id, now), "lazy"));
}
