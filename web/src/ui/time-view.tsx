// Times on the page. The tooltip and the markup always hold the exact time.
import { type ReactElement, useSyncExternalStore } from "react";
import { formatDate, formatDateTime, formatRelative } from "./time.ts";

/** The current time, renewed every half minute. */
export function useNow(): number {
  return useSyncExternalStore(subscribeToClock, clockTime);
}

interface TimeProps {
  readonly at: string;
  readonly as?: "relative" | "date" | "date-time";
}

export function Time({ at, as = "relative" }: TimeProps): ReactElement {
  const now = useNow();
  const text = as === "relative" ? formatRelative(at, now) : as === "date" ? formatDate(at) : formatDateTime(at);
  return (
    <time dateTime={at} title={formatDateTime(at)} className="whitespace-nowrap">
      {text}
    </time>
  );
}

// One clock for all times on a page. It ticks twice a minute, so that "2 minutes ago" stays true without a timer for
// each row.

const TICK_MS = 30_000;

const listeners = new Set<() => void>();
let timer: ReturnType<typeof setInterval> | null = null;
let now = Date.now();

function subscribeToClock(listener: () => void): () => void {
  listeners.add(listener);
  timer ??= setInterval(tick, TICK_MS);
  return () => {
    listeners.delete(listener);
    if (listeners.size > 0 || timer === null) return;
    clearInterval(timer);
    timer = null;
  };
}

/** The time of the last tick, or the current time while there is no listener. */
function clockTime(): number {
  if (timer === null && Date.now() - now >= 1000) now = Date.now();
  return now;
}

function tick(): void {
  now = Date.now();
  for (const listener of listeners) listener();
}
