// The data of plots: names of days, sums in words, and the series that are drawn.
import type { Span } from "../api/usage.ts";
import { count, counted } from "../ui/text.ts";

/** One line or one kind of segment, with its label and look. */
export interface Series {
  readonly key: string;
  readonly label: string;
  /** A colour with its own pattern. 0 is the first. */
  readonly look: number;
}

/** One place on the horizontal axis. */
export interface Point {
  readonly label: string;
  /** The full name, for screen readers and tooltips. */
  readonly name: string;
  readonly values: Readonly<Record<string, number>>;
}

/** How many looks there are. */
export const LOOKS = 5;

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

/** The series that are drawn, the most frequent first. All other codes are one series. */
export function topSeries(
  days: readonly { readonly counts: readonly { readonly code: string; readonly count: number }[] }[],
  labelOf: (code: string) => string,
): { readonly series: readonly Series[]; readonly values: readonly Readonly<Record<string, number>>[] } {
  const totals = new Map<string, number>();
  for (const { code, count: number } of days.flatMap(({ counts }) => counts)) {
    totals.set(code, (totals.get(code) ?? 0) + number);
  }
  const codes = [...totals].sort(([a, one], [b, other]) => other - one || a.localeCompare(b)).map(([code]) => code);
  const drawn = codes.length > LOOKS ? codes.slice(0, LOOKS - 1) : codes;
  const series = drawn.map((key, look) => ({ key, label: labelOf(key), look }));
  if (codes.length > drawn.length) series.push({ key: OTHERS, label: "Other reasons", look: LOOKS - 1 });
  const values = days.map(({ counts }) => {
    const day: Record<string, number> = {};
    for (const { code, count: number } of counts) {
      const key = drawn.includes(code) ? code : OTHERS;
      day[key] = (day[key] ?? 0) + number;
    }
    return day;
  });
  return { series, values };
}

const OTHERS = "others";

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
