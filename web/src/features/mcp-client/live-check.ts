// Whether an AI client has called, judged from what the server says of the token again and again.
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { toProblem } from "../../api/problem.ts";
import { tokenQuery } from "../../api/token.ts";
import type { PersonalAccessToken } from "../../api/types.ts";

export type CheckedToken = Pick<PersonalAccessToken, "state" | "mcp" | "lastUsedAt" | "lastUsedRoute">;

/**
 * `waiting`: no call yet, and it is early. `late`: no call yet, and something may be wrong. `elsewhere`: used, but not
 * over MCP. `turned-away`: called over MCP, and refused by the organization's policy. `connected`: called over MCP since
 * the watch began. `over`: the token works no more, so no call will come.
 */
type CheckOutcome = "waiting" | "late" | "elsewhere" | "turned-away" | "connected" | "over";

/** By then a client that was started has called. */
export const LATE_MS = 45_000;
/** By then nobody looks any more. */
const REST_MS = 15 * 60_000;

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

const POLL_MS = 2000;
/** Once connected, only what is shown of the last call is renewed. */
const SLOW_POLL_MS = 15_000;

export interface LiveCheck {
  readonly outcome: CheckOutcome;
  /** As the server said it last; with `connected`, as it was at a call over MCP. */
  readonly token: PersonalAccessToken | null;
  /** Nobody looks any more until `again` is called. */
  readonly resting: boolean;
  /** `unknown`: there is no such token of this person. `silent`: the server does not answer, or not in a way that helps. */
  readonly failure: "unknown" | "silent" | null;
  readonly again: () => void;
}

/**
 * Watches whether a token is used over MCP from now on. It asks the server again and again, not while the page is
 * hidden, and not for ever.
 */
export function useLiveCheck(tokenId: string): LiveCheck {
  const [startedAt, setStartedAt] = useState(() => Date.now());
  const [baseline, setBaseline] = useState<string | null | undefined>(undefined);
  const [turnedAwayAt, setTurnedAwayAt] = useState<string | null>(null);
  const [connected, setConnected] = useState<PersonalAccessToken | null>(null);
  const token = useQuery({
    ...tokenQuery(tokenId),
    staleTime: 0,
    refetchInterval: ({ state }) => {
      if (isUnknown(state.error)) return false;
      if (connected !== null) return SLOW_POLL_MS;
      return Date.now() - startedAt < REST_MS ? POLL_MS : false;
    },
  });
  // What is remembered from another page is older than this watch.
  const seen = token.isFetchedAfterMount ? (token.data ?? null) : null;
  if (seen !== null && baseline === undefined) setBaseline(seen.lastUsedAt);
  const waitedMs = Math.max(token.dataUpdatedAt, token.errorUpdatedAt) - startedAt;
  // A call that was turned away is no connection, also when the policy changes after it.
  const since = seen?.mcp === "off" ? baseline : (turnedAwayAt ?? baseline);
  const judged = seen === null || since === undefined ? "waiting" : judgeCheck(seen, since, waitedMs);
  if (judged === "turned-away" && seen !== null && turnedAwayAt !== seen.lastUsedAt) setTurnedAwayAt(seen.lastUsedAt);
  if (judged === "connected" && seen !== null && connected !== seen) setConnected(seen);
  const isConnected = connected !== null && judged !== "over";
  return {
    outcome: isConnected ? "connected" : judged,
    token: isConnected ? connected : seen,
    resting: !isConnected && judged !== "over" && waitedMs >= REST_MS,
    failure: !token.isError ? null : isUnknown(token.error) ? "unknown" : "silent",
    again: () => {
      setStartedAt(Date.now());
      void token.refetch();
    },
  };
}

function isUnknown(error: unknown): boolean {
  return error !== null && toProblem(error).status === 404;
}
