// Whether an AI client has called, judged from what the server says of the token again and again.
import type { PersonalAccessToken } from "../../api/types.ts";

export type CheckedToken = Pick<PersonalAccessToken, "state" | "mcp" | "lastUsedAt" | "lastUsedRoute">;

/**
 * `waiting`: no call yet, and it is early. `late`: no call yet, and something may be wrong. `elsewhere`: used, but not
 * over MCP. `turned-away`: called over MCP, and refused by the organization's policy. `connected`: called over MCP since
 * the watch began. `over`: the token works no more, so no call will come.
 */
export type CheckOutcome = "waiting" | "late" | "elsewhere" | "turned-away" | "connected" | "over";

/** By then a client that was started has called. */
export const LATE_MS = 45_000;
/** By then nobody looks any more. */
export const REST_MS = 15 * 60_000;

/** How the server names a use over MCP. */
const MCP_ROUTE = "mintmark mcp";

/** `baseline` is the last use when the watch began; `null` when there was none. */
export function judgeCheck(token: CheckedToken, baseline: string | null, waitedMs: number): CheckOutcome {
  if (token.state !== "active") return "over";
  const isNew = token.lastUsedAt !== null && token.lastUsedAt !== baseline;
  if (isNew && isMcp(token)) return token.mcp === "off" ? "turned-away" : "connected";
  if (isNew) return "elsewhere";
  return waitedMs < LATE_MS ? "waiting" : "late";
}

/** Whether its last use was a call over MCP. */
export function isMcp(token: Pick<CheckedToken, "lastUsedRoute">): boolean {
  return token.lastUsedRoute === MCP_ROUTE;
}
