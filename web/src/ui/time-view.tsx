// Instants on the page. The exact one is always in the tooltip and in the markup.
import { type ReactElement, useSyncExternalStore } from "react";
import { clockTime, subscribeToClock } from "./clock.ts";
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
