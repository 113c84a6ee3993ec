import { type ReactElement, useId } from "react";
import type { OrganizationOverview } from "../../api/types.ts";
import { AsTable } from "../../chart/figure.tsx";
import { longDay, strength, sum } from "../../chart/series.ts";
import { classNames } from "../../ui/class-names.ts";
import { Panel } from "../../ui/page.tsx";
import { counted } from "../../ui/text.ts";
import { type CalendarDay, calendarWeeks } from "./overview-text.ts";

/** Today and the next 90 days. */
const DAYS = 91;
const WEEKDAYS = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"];
const STRENGTHS = [
  "bg-sunken text-faint",
  "bg-mint-wash text-mint border-mint-line",
  "bg-mint-line text-ink border-mint-line",
  "bg-plot-1 text-surface border-plot-1",
  "bg-mint text-on-mint border-mint",
];

/** The next three months, with the number of tokens that expire on each day. */
export function ExpiryCalendar({ overview }: { readonly overview: OrganizationOverview }): ReactElement {
  const id = useId();
  const { expiries, at, tokens } = overview;
  const most = Math.max(...expiries.map((day) => day.tokens), 1);
  const total = sum(expiries.map((day) => day.tokens));
  const weeks = calendarWeeks(at, DAYS, expiries);
  return (
    <Panel className="min-w-0 break-inside-avoid">
      <section aria-labelledby={id} className="grid gap-3 p-4">
        <div className="grid gap-0.5">
          <h2 id={id} className="text-[0.9375rem] font-semibold">
            Expiry calendar
          </h2>
          <p className="text-soft">
            {counted(total, "token")} of {tokens.live.toLocaleString("en")} will expire in the next 90 days;{" "}
            {tokens.withoutExpiry.toLocaleString("en")} never will.
          </p>
        </div>
        <div
          className="grid max-w-160 grid-flow-col grid-cols-[1.75rem] grid-rows-[auto_repeat(7,auto)] gap-0.5 text-[0.6875rem]"
          aria-hidden="true"
        >
          <span />
          {WEEKDAYS.map((weekday, index) => (
            <span key={weekday} className="self-center pr-1 text-soft">
              {index % 2 === 0 ? weekday : ""}
            </span>
          ))}
          {weeks.map(({ month, days }, week) => (
            <Week key={days.find((day) => day !== null)?.date ?? week} month={month} days={days} most={most} />
          ))}
        </div>
        <AsTable title="Expiry calendar">
          <ExpiryTable expiries={expiries} />
        </AsTable>
      </section>
    </Panel>
  );
}

interface WeekProps {
  readonly month: string | null;
  readonly days: readonly (CalendarDay | null)[];
  readonly most: number;
}

function Week({ month, days, most }: WeekProps): ReactElement {
  return (
    <>
      <span className="h-4 overflow-visible whitespace-nowrap text-soft">{month}</span>
      {days.map((day, weekday) =>
        day === null ? (
          <span key={WEEKDAYS[weekday]} />
        ) : (
          <span
            key={day.date}
            title={`${longDay(day.date)}: ${day.tokens === 0 ? "none" : counted(day.tokens, "token")}`}
            className={classNames(
              "tabular grid h-6 place-items-center overflow-hidden rounded-[4px] border border-transparent",
              STRENGTHS[strength(day.tokens, most)],
            )}
          >
            {day.tokens === 0 ? "" : day.tokens > 99 ? "99+" : day.tokens}
          </span>
        ),
      )}
    </>
  );
}

function ExpiryTable({ expiries }: Pick<OrganizationOverview, "expiries">): ReactElement {
  if (expiries.length === 0) return <p className="py-2 text-[0.8125rem] text-soft">No token expires in that time.</p>;
  return (
    <table className="w-full text-[0.8125rem]">
      <caption className="sr-only">Days on which tokens expire</caption>
      <thead>
        <tr className="border-b border-line text-left text-soft">
          <th scope="col" className="py-1.5 pr-3 font-medium">
            Day (UTC)
          </th>
          <th scope="col" className="py-1.5 pl-3 text-right font-medium">
            Tokens that expire
          </th>
        </tr>
      </thead>
      <tbody>
        {expiries.map(({ date, tokens }) => (
          <tr key={date} className="border-b border-line last:border-0">
            <th scope="row" className="py-1 pr-3 text-left font-normal">
              {longDay(date)}
            </th>
            <td className="tabular py-1 pl-3 text-right">{tokens.toLocaleString("en")}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
