import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { toProblem } from "../../api/problem.ts";
import { tokenQuery } from "../../api/tokens.ts";
import type { PersonalAccessToken } from "../../api/types.ts";
import { type CheckOutcome, judgeCheck, REST_MS } from "./live-check.ts";

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
