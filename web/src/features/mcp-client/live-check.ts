// Detects the first call of an AI client by polling the token's last use.
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { toProblem } from "../../api/problem.ts";
import { tokenQuery } from "../../api/token.ts";
import type { PersonalAccessToken } from "../../api/types.ts";

export type CheckedToken = Pick<PersonalAccessToken, "state" | "mcp" | "lastUsedAt" | "lastUsedRoute">;

/**
 * `waiting`: no call yet. `late`: no call for a while, so something may be wrong. `elsewhere`: used, but not over MCP.
 * `turned-away`: called over MCP, and refused by the organization's policy. `connected`: called over MCP since the
 * watch began. `over`: the token is not active, so no call can come.
 */
type CheckOutcome = "waiting" | "late" | "elsewhere" | "turned-away" | "connected" | "over";

/** A client that was started usually calls before this. */
export const LATE_MS = 45_000;
/** The polling stops after this. */
const REST_MS = 15 * 60_000;

/** The server's name for a use over MCP. */
const MCP_ROUTE = "mintmark mcp";

/** `baseline` is the last use when the watch began, or `null`. */
export function evaluateCheck(token: CheckedToken, baseline: string | null, waitedMs: number): CheckOutcome {
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
/** After the connection, polling only refreshes the shown call. */
const SLOW_POLL_MS = 15_000;

export interface LiveCheck {
  readonly outcome: CheckOutcome;
  /** The newest state of the token; with `connected`, its state at a call over MCP. */
  readonly token: PersonalAccessToken | null;
  /** Whether the polling has stopped until `again` is called. */
  readonly resting: boolean;
  /** `unknown`: the person has no such token. `silent`: the server does not respond, or fails. */
  readonly failure: "unknown" | "silent" | null;
  readonly again: () => void;
}

/**
 * Watches whether a token is used over MCP from now on. It polls the server for a limited time, and not while the page
 * is hidden.
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
  // Cached data of another page is older than this watch.
  const seen = token.isFetchedAfterMount ? (token.data ?? null) : null;
  if (seen !== null && baseline === undefined) setBaseline(seen.lastUsedAt);
  const waitedMs = Math.max(token.dataUpdatedAt, token.errorUpdatedAt) - startedAt;
  // A refused call does not count as a connection, even if the policy changes afterwards.
  const since = seen?.mcp === "off" ? baseline : (turnedAwayAt ?? baseline);
  const evaluated = seen === null || since === undefined ? "waiting" : evaluateCheck(seen, since, waitedMs);
  if (evaluated === "turned-away" && seen !== null && turnedAwayAt !== seen.lastUsedAt)
    setTurnedAwayAt(seen.lastUsedAt);
  if (evaluated === "connected" && seen !== null && connected !== seen) setConnected(seen);
  const isConnected = connected !== null && evaluated !== "over";
  return {
    outcome: isConnected ? "connected" : evaluated,
    token: isConnected ? connected : seen,
    resting: !isConnected && evaluated !== "over" && waitedMs >= REST_MS,
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
