// What plots show, worked out: names of days, sums in words, which codes are drawn and which are added up.
import type { Span } from "../api/usage.ts";
import { count, counted } from "../ui/text.ts";

/** One line of bars or one kind of segment: how it is called and how it looks. */
export interface Series {
  readonly key: string;
  readonly label: string;
  /** A colour with a pattern of its own: 0 is the first. */
  readonly look: number;
}

/** One place on the horizontal axis. */
export interface Point {
  readonly label: string;
  /** The same in full, for readers and tooltips. */
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

/** "22 Nov" of "2026-11-22", which is a day in UTC wherever it is read. */
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

/** What a small picture of daily uses shows, in words. */
export function usesInWords(uses: readonly number[]): string {
  const total = sum(uses);
  if (total === 0) return `No uses in ${uses.length} days`;
  const most = Math.max(...uses);
  const days = uses.filter((one) => one > 0).length;
  return `${counted(total, "use")} in ${uses.length} days, on ${counted(days, "day")}, ${count(most)} at most`;
}

/** The path of a bar for each number, from the bottom of a box; a number that is not 0 is always seen. */
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

/** Which kinds of counts are drawn apart, the most frequent first; the others are one series. */
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

/** How strong a cell of a calendar is, from 0 for nothing to 4 for the most. */
export function strength(number: number, most: number): number {
  return number === 0 ? 0 : Math.max(1, Math.ceil((number / Math.max(most, 1)) * 4));
}

function round(number: number): number {
  return Math.round(number * 100) / 100;
}

/** How many days back the pictures of a page can go. */
export const SPANS: readonly Span[] = [30, 90];

export function parseSpan(text: string | undefined): Span {
  return text === "90" ? 90 : 30;
}
