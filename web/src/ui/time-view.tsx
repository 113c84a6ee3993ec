// Instants on the page. The exact one is always in the tooltip and in the markup.
import { type ReactElement, useEffect, useState } from "react";
import { formatDate, formatDateTime, formatRelative } from "./time.ts";

/** The current time, renewed every half minute, so that "2 minutes ago" stays true. */
export function useNow(): number {
  const [now, setNow] = useState(() => Date.now());
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), 30_000);
    return () => clearInterval(timer);
  }, []);
  return now;
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
