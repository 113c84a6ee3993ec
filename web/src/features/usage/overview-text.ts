// The texts and data of the overview: uses, refusals, ages, and the calendar of the next 90 days.
import { DAY_MS, logText } from "@mintmark/core";
import type { OrganizationOverview } from "../../api/types.ts";
import { longDay, type Point, type Series, shortDay, sum, reasonSeries, USES_LOOK } from "../../chart/series.ts";
import { counted } from "../../ui/text.ts";

export const USES: readonly Series[] = [{ key: "uses", label: "Uses", look: USES_LOOK }];

type Days = OrganizationOverview["days"];

export function usesByDay(days: Days): Point[] {
  return days.map(({ date, uses }) => ({ label: shortDay(date), name: longDay(date), values: { uses } }));
}

export function usesInWords(days: Days): string {
  const total = sum(days.map(({ uses }) => uses));
  const most = days.reduce((busiest, day) => (day.uses > busiest.uses ? day : busiest), days[0] as Days[number]);
  const busiest = total === 0 ? "" : ` Most on ${shortDay(most.date)}: ${most.uses.toLocaleString("en")}.`;
  return `${counted(total, "use")} of tokens and API keys in ${counted(days.length, "day")}.${busiest} Days are in UTC.`;
}

export function refusalsByDay(days: Days): { readonly series: readonly Series[]; readonly points: readonly Point[] } {
  const { series, values } = reasonSeries(
    days.map(({ denied }) => ({ counts: denied })),
    logText,
  );
  const points = days.map(({ date }, index) => ({
    label: shortDay(date),
    name: longDay(date),
    values: values[index] ?? {},
  }));
  return { series, points };
}

export function refusalsInWords(days: Days): string {
  const total = sum(days.flatMap(({ denied }) => denied.map(({ count }) => count)));
  return `${counted(total, "attempt")} with a real token or key refused in ${counted(days.length, "day")}.`;
}

/** "7 to 30 days" */
export function ageInWords({ fromDays, toDays }: OrganizationOverview["ages"][number]): string {
  if (fromDays === 0) return `Less than ${toDays} days`;
  return toDays === null ? `${fromDays} days and more` : `${fromDays} to ${toDays} days`;
}

export interface CalendarDay {
  /** "2026-11-22" */
  readonly date: string;
  readonly tokens: number;
}

interface CalendarWeek {
  /** The month, if it or the calendar begins in this week. */
  readonly month: string | null;
  /** Monday to Sunday; `null` outside the calendar. */
  readonly days: readonly (CalendarDay | null)[];
}

const MONTH = new Intl.DateTimeFormat("en-GB", { month: "short", timeZone: "UTC" });

/** The weeks of the calendar from the day of `from`, with the number of tokens that expire on each day. */
export function calendarWeeks(
  from: string,
  length: number,
  expiries: OrganizationOverview["expiries"],
): CalendarWeek[] {
  const tokens = new Map(expiries.map((day) => [day.date, day.tokens]));
  const start = Date.parse(`${from.slice(0, 10)}T00:00:00Z`);
  // Monday is the first day of a week.
  const before = (new Date(start).getUTCDay() + 6) % 7;
  const weeks = Array.from({ length: Math.ceil((before + length) / 7) }, (_, week) =>
    Array.from({ length: 7 }, (_day, weekday) => {
      const offset = week * 7 + weekday - before;
      if (offset < 0 || offset >= length) return null;
      const date = new Date(start + offset * DAY_MS).toISOString().slice(0, 10);
      return { date, tokens: tokens.get(date) ?? 0 };
    }),
  );
  const months = weeks.map((days) => days.find((day) => day !== null && day.date.endsWith("-01")));
  // The first month is named if its name fits before the next one.
  if (months[0] === undefined && months[1] === undefined) months[0] = weeks[0]?.find((day) => day !== null);
  return weeks.map((days, index) => {
    const first = months[index];
    return { month: first ? MONTH.format(new Date(`${first.date}T00:00:00Z`)) : null, days };
  });
}
