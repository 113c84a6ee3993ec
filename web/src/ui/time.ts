// Dates as people read them. Every function takes `now`, so that lists tick together and tests are exact.
import { DAY_MS } from "@mintmark/core";

const DATE = new Intl.DateTimeFormat("en-GB", { day: "numeric", month: "short", year: "numeric" });
const LONG_DATE = new Intl.DateTimeFormat("en-GB", { weekday: "long", day: "numeric", month: "long", year: "numeric" });
const DATE_TIME = new Intl.DateTimeFormat("en-GB", {
  day: "numeric",
  month: "short",
  year: "numeric",
  hour: "2-digit",
  minute: "2-digit",
  timeZoneName: "short",
});
const CLOCK = new Intl.DateTimeFormat("en-GB", { hour: "2-digit", minute: "2-digit" });
const RELATIVE = new Intl.RelativeTimeFormat("en");

/** Each unit, its length, and the distance from which it is used: "45 days" is more precise than "1 month". */
const UNITS: readonly (readonly [unit: Intl.RelativeTimeFormatUnit, lengthMs: number, fromMs: number])[] = [
  ["year", 365 * DAY_MS, 2 * 365 * DAY_MS],
  ["month", 30 * DAY_MS, 90 * DAY_MS],
  ["day", DAY_MS, 2 * DAY_MS],
  ["hour", 3_600_000, 3_600_000],
  ["minute", 60_000, 60_000],
];

/** "22 Dec 2026" */
export function formatDate(instant: string | number): string {
  return DATE.format(new Date(instant));
}

/** "Tuesday, 22 December 2026" */
export function formatLongDate(instant: string | number): string {
  return LONG_DATE.format(new Date(instant));
}

/** "22 Dec 2026, 14:02 UTC" */
export function formatDateTime(instant: string | number): string {
  return DATE_TIME.format(new Date(instant));
}

/** "14:02" */
export function formatClock(instant: string | number): string {
  return CLOCK.format(new Date(instant));
}

/** "2 hours ago", "in 3 days", "just now". Rounded. Less than two days are given in hours. */
export function formatRelative(instant: string | number, now: number): string {
  const difference = new Date(instant).getTime() - now;
  for (const [unit, lengthMs, fromMs] of UNITS) {
    if (Math.abs(difference) >= fromMs) return RELATIVE.format(Math.round(difference / lengthMs), unit);
  }
  // The clocks of server and browser differ by seconds, so the near future counts as now.
  return difference > 30_000 ? "in less than a minute" : "just now";
}

/** Whole days from now to the instant, rounded up: 25 hours are 2 days. Negative when past. */
export function daysUntil(instant: string | number, now: number): number {
  return Math.ceil((new Date(instant).getTime() - now) / DAY_MS);
}
