// Whether an AI client has called, judged from what the server says of the token again and again.
import type { PersonalAccessToken } from "../../api/types.ts";

export type CheckedToken = Pick<
  PersonalAccessToken,
  "state" | "lastUsedAt" | "lastUsedIp" | "lastUsedUserAgent" | "lastUsedRoute"
>;

/**
 * `waiting`: no call yet, and it is early. `late`: no call yet, and something may be wrong. `elsewhere`: used, but not
 * over MCP. `connected`: called over MCP since the watch began. `over`: the token works no more, so no call will come.
 */
export type CheckOutcome = "waiting" | "late" | "elsewhere" | "connected" | "over";

/** By then a client that was started has called. */
export const LATE_MS = 45_000;
/** By then nobody looks any more. */
export const REST_MS = 15 * 60_000;

/** `baseline` is the last use when the watch began; `null` when there was none. */
export function judgeCheck(token: CheckedToken, baseline: string | null, waitedMs: number): CheckOutcome {
  if (token.state !== "active") return "over";
  const isNew = token.lastUsedAt !== null && token.lastUsedAt !== baseline;
  if (isNew && isMcp(token.lastUsedRoute)) return "connected";
  if (isNew) return "elsewhere";
  return waitedMs < LATE_MS ? "waiting" : "late";
}

/** Whether a use was a call over MCP. */
export function isMcp(route: string | null): boolean {
  return route !== null && /^[A-Z]+ \/mcp$/.test(route);
}
