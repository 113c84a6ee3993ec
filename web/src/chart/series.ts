// The data of plots: names of days, sums in words, and the series that are drawn.
import type { RefusalCode } from "@mintmark/core";
import type { Span } from "../api/usage.ts";
import { count, counted } from "../ui/text.ts";

/** A colour by its meaning, and a pattern. */
export interface Look {
  readonly colour: "uses" | "ended" | "expired" | "paused" | "place" | "permission" | "other";
  readonly pattern: "plain" | "diagonal" | "rows" | "cross" | "columns";
}

/** One line or one kind of segment, with its label and look. */
export interface Series {
  readonly key: string;
  readonly label: string;
  readonly look: Look;
}

export const USES_LOOK: Look = { colour: "uses", pattern: "plain" };
/** All refusals together. */
export const REFUSED_LOOK: Look = { colour: "ended", pattern: "diagonal" };
const OTHERS_LOOK: Look = { colour: "other", pattern: "rows" };

/** The look of each reason, in the order of the plot from the bottom: the same whichever reasons are the most frequent. */
const REASON_LOOKS: Readonly<Record<RefusalCode | "permission_denied", Look>> = {
  token_revoked: { colour: "ended", pattern: "plain" },
  member_removed: { colour: "ended", pattern: "diagonal" },
  user_deleted: { colour: "ended", pattern: "cross" },
  organization_deleted: { colour: "ended", pattern: "columns" },
  token_expired: { colour: "expired", pattern: "plain" },
  policy_lifetime: { colour: "expired", pattern: "diagonal" },
  policy_no_expiry: { colour: "expired", pattern: "cross" },
  policy_idle: { colour: "expired", pattern: "columns" },
  user_suspended: { colour: "paused", pattern: "plain" },
  member_suspended: { colour: "paused", pattern: "diagonal" },
  policy_network: { colour: "place", pattern: "plain" },
  personal_organization_denied: { colour: "place", pattern: "diagonal" },
  permission_denied: { colour: "permission", pattern: "plain" },
};

export const REASONS: readonly string[] = Object.keys(REASON_LOOKS);

/** The look of an outcome of verification: accepted, or the code of a refusal. */
export function lookOf(outcome: string): Look {
  if (outcome === "ok") return USES_LOOK;
  return (REASON_LOOKS as Readonly<Record<string, Look>>)[outcome] ?? OTHERS_LOOK;
}

/** One place on the horizontal axis. */
export interface Point {
  readonly label: string;
  /** The full name, for screen readers and tooltips. */
  readonly name: string;
  readonly values: Readonly<Record<string, number>>;
}

/** How many reasons a plot shows. */
const DRAWN = 6;

const SHORT_DAY = new Intl.DateTimeFormat("en-GB", { day: "numeric", month: "short", timeZone: "UTC" });
const LONG_DAY = new Intl.DateTimeFormat("en-GB", {
  weekday: "short",
  day: "numeric",
  month: "long",
  year: "numeric",
  timeZone: "UTC",
});
const COMPACT = new Intl.NumberFormat("en", { notation: "compact", maximumFractionDigits: 1 });

/** Formats the UTC day "2026-11-22" as "22 Nov". */
export function shortDay(date: string): string {
  return SHORT_DAY.format(new Date(`${date}T00:00:00Z`));
}

/** "Sun, 22 November 2026" */
export function longDay(date: string): string {
  return LONG_DAY.format(new Date(`${date}T00:00:00Z`));
}

/** "1.2K", for an axis. */
export function compact(number: number): string {
  return COMPACT.format(number);
}

export function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}

/** The content of a sparkline in words. */
export function usesInWords(uses: readonly number[]): string {
  const total = sum(uses);
  if (total === 0) return `No uses in ${uses.length} days`;
  const most = Math.max(...uses);
  const days = uses.filter((one) => one > 0).length;
  return `${counted(total, "use")} in ${uses.length} days, on ${counted(days, "day")}, ${count(most)} at most`;
}

/** The path of one bar for each number, from the bottom of a box. A number above 0 is always visible. */
export function barsPath(numbers: readonly number[], width: number, height: number): string {
  const most = Math.max(...numbers, 1);
  const step = width / numbers.length;
  return numbers
    .map((number, index) => {
      if (number === 0) return "";
      const tall = Math.max(2, (number / most) * height);
      const [x, bar] = [round(index * step + step * 0.15), round(step * 0.7)];
      return `M${x} ${height}V${round(height - tall)}h${bar}V${height}z`;
    })
    .join("");
}

/** The most frequent reasons, in their fixed order. All others, and codes that this app does not know, are one series. */
export function reasonSeries(
  days: readonly { readonly counts: readonly { readonly code: string; readonly count: number }[] }[],
  labelOf: (code: string) => string,
): { readonly series: readonly Series[]; readonly values: readonly Readonly<Record<string, number>>[] } {
  const totals = new Map<string, number>();
  for (const { code, count: number } of days.flatMap(({ counts }) => counts)) {
    totals.set(code, (totals.get(code) ?? 0) + number);
  }
  const known = REASONS.filter((code) => totals.has(code));
  const frequent = known.toSorted((one, other) => (totals.get(other) ?? 0) - (totals.get(one) ?? 0));
  const isCut = totals.size > DRAWN || totals.size > known.length;
  const drawn = new Set(frequent.slice(0, isCut ? DRAWN - 1 : DRAWN));
  const series: Series[] = known
    .filter((code) => drawn.has(code))
    .map((key) => ({ key, label: labelOf(key), look: lookOf(key) }));
  if (totals.size > drawn.size) series.push({ key: OTHERS, label: "Other reasons", look: OTHERS_LOOK });
  const values = days.map(({ counts }) => {
    const day: Record<string, number> = {};
    for (const { code, count: number } of counts) {
      const key = drawn.has(code) ? code : OTHERS;
      day[key] = (day[key] ?? 0) + number;
    }
    return day;
  });
  return { series, values };
}

const OTHERS = "others";

/**
 * The numbers of a value axis from 0: at most five, equally far apart, in steps of 1, 2 or 5 times a power of ten. The last
 * is `most` or the next above it. Counts have whole steps.
 */
export function axisTicks(most: number, isCount: boolean): readonly number[] {
  if (!(most > 0)) return [0, 1];
  const power = 10 ** Math.floor(Math.log10(most / 4));
  const steps = [1, 2, 5, 10, 20].map((factor) => factor * power);
  const step = steps.find((one) => (!isCount || one >= 1) && one * 4 >= most * (1 - 1e-9)) ?? 10 * power;
  return Array.from({ length: Math.ceil(most / step - 1e-9) + 1 }, (_, index) =>
    Number((index * step).toPrecision(12)),
  );
}

/** The strength of a cell of a calendar, from 0 for none to 4 for the most. */
export function strength(number: number, most: number): number {
  return number === 0 ? 0 : Math.max(1, Math.ceil((number / Math.max(most, 1)) * 4));
}

function round(number: number): number {
  return Math.round(number * 100) / 100;
}

/** The numbers of days that the charts of a page can show. */
export const SPANS: readonly Span[] = [30, 90];

export function parseSpan(text: string | undefined): Span {
  return text === "90" ? 90 : 30;
}
