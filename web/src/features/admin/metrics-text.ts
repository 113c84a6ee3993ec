// The texts of the metrics page: rates, durations and times.
import type { InstanceMetrics } from "../../api/types.ts";
import { type Point, type Series, USES_LOOK } from "../../chart/series.ts";

const RATE = new Intl.NumberFormat("en", { maximumSignificantDigits: 3 });
const CLOCK = new Intl.DateTimeFormat("en-GB", { hour: "2-digit", minute: "2-digit", second: "2-digit" });

export const RATE_SERIES: readonly Series[] = [{ key: "rate", label: "Per second", look: USES_LOOK }];
export const LATENCY_SERIES: readonly Series[] = [
  { key: "p50", label: "Median", look: USES_LOOK },
  { key: "p90", label: "90 %", look: { colour: "place", pattern: "rows" } },
  { key: "p99", label: "99 %", look: { colour: "permission", pattern: "diagonal" } },
];

/** "0", "850 µs", "1.2 ms", "2 s" */
export function duration(ms: number): string {
  if (ms === 0) return "0";
  if (ms < 1) return `${Math.round(ms * 1000)} µs`;
  return ms < 1000 ? `${RATE.format(ms)} ms` : `${RATE.format(ms / 1000)} s`;
}

/** "1,200", "0.4" */
export function rate(perSecond: number): string {
  return RATE.format(perSecond);
}

/** Verifications per second. Each point is the mean of ten seconds, since single seconds vary too much. */
export function ratePoints({ at, verificationsPerSecond: counts, latency }: InstanceMetrics): Point[] {
  const span = latency.spanSeconds;
  return Array.from({ length: Math.floor(counts.length / span) }, (_, index) => {
    const part = counts.slice(index * span, (index + 1) * span);
    return pointAt(Date.parse(at) - (counts.length - (index + 1) * span) * 1000, {
      rate: part.reduce((sum, count) => sum + count, 0) / span,
    });
  });
}

/** Percentiles of every ten seconds. A span without verifications has none. */
export function latencyPoints({ at, latency: { spans, spanSeconds } }: InstanceMetrics): Point[] {
  return spans.map((span, index) =>
    pointAt(
      Date.parse(at) - (spans.length - index - 1) * spanSeconds * 1000,
      span === null ? {} : { p50: span.p50, p90: span.p90, p99: span.p99 },
    ),
  );
}

function pointAt(instant: number, values: Readonly<Record<string, number>>): Point {
  const clock = CLOCK.format(instant);
  return { label: clock, name: `Ten seconds to ${clock}`, values };
}
