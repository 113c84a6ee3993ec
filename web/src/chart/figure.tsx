// A plot with its title, a summary in a sentence, its legend and its data as a table.
import { type ReactElement, type ReactNode, Suspense, useId } from "react";
import { Panel } from "../ui/page.tsx";
import { count } from "../ui/text.ts";
import { LineSwatch, Swatch } from "./look.tsx";
import type { Point, Series } from "./series.ts";

interface FigureProps {
  readonly title: string;
  /** A summary of the plot in a sentence. */
  readonly lead: ReactNode;
  /** Shown instead of the plot when there is nothing to draw. */
  readonly nothing?: string | null;
  readonly legend?: readonly Series[];
  /** Whether the plot and its legend have lines. */
  readonly lines?: boolean;
  readonly table: ReactElement;
  readonly children: ReactNode;
}

export function Figure({
  title,
  lead,
  nothing = null,
  legend = [],
  lines = false,
  table,
  children,
}: FigureProps): ReactElement {
  const id = useId();
  return (
    <Panel className="min-w-0 break-inside-avoid">
      <figure aria-labelledby={id} className="grid gap-3 p-4">
        <figcaption className="grid gap-0.5">
          <h2 id={id} className="text-[0.9375rem] font-semibold">
            {title}
          </h2>
          <p className="text-soft">{lead}</p>
        </figcaption>
        {legend.length > 1 && nothing === null && <Legend series={legend} lines={lines} />}
        {/* The height is the same while the code loads and when the plot is empty, so that nothing moves. */}
        <div className="h-56 min-w-0">
          {nothing === null ? (
            <Suspense fallback={<div className="h-full animate-pulse-soft rounded-control bg-sunken" />}>
              {children}
            </Suspense>
          ) : (
            <p className="grid h-full place-items-center rounded-control border border-dashed border-line px-4 text-center text-soft">
              {nothing}
            </p>
          )}
        </div>
        <AsTable title={title}>{table}</AsTable>
      </figure>
    </Panel>
  );
}

function Legend({ series, lines }: { readonly series: readonly Series[]; readonly lines: boolean }): ReactElement {
  return (
    <ul className="flex flex-wrap gap-x-4 gap-y-1 text-[0.8125rem]" aria-label="Legend">
      {series.map(({ key, label, look }) => (
        <li key={key} className="flex items-center gap-1.5">
          {lines ? <LineSwatch look={look} /> : <Swatch look={look} />}
          {label}
        </li>
      ))}
    </ul>
  );
}

/** The numbers as a table, for people who do not see the plot or want to copy them. */
export function AsTable({
  title,
  children,
}: {
  readonly title: string;
  readonly children: ReactElement;
}): ReactElement {
  return (
    <details className="min-w-0 print:hidden">
      <summary className="w-fit rounded-control text-[0.8125rem] font-medium text-soft hover:text-ink">
        Show as table
      </summary>
      {/* oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- long tables scroll by themselves, and the keyboard scrolls what has the focus */}
      <section aria-label={`${title}, as a table`} tabIndex={0} className="mt-2 max-h-80 overflow-auto">
        {children}
      </section>
    </details>
  );
}

interface PointTableProps {
  readonly caption: string;
  /** What the points are, e.g. "Day". */
  readonly head: string;
  readonly series: readonly Series[];
  /** The newest last; listed newest first. */
  readonly points: readonly Point[];
  readonly format?: (value: number) => string;
}

export function PointTable({ caption, head, series, points, format = count }: PointTableProps): ReactElement {
  return (
    <table className="w-full text-[0.8125rem]">
      <caption className="sr-only">{caption}</caption>
      <thead>
        <tr className="border-b border-line text-left text-soft">
          <th scope="col" className="py-1.5 pr-3 font-medium">
            {head}
          </th>
          {series.map(({ key, label }) => (
            <th key={key} scope="col" className="py-1.5 pl-3 text-right font-medium">
              {label}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {points.toReversed().map(({ name, values }) => (
          <tr key={name} className="border-b border-line last:border-0">
            <th scope="row" className="py-1 pr-3 text-left font-normal">
              {name}
            </th>
            {series.map(({ key }) => (
              <td key={key} className="tabular py-1 pl-3 text-right">
                {format(values[key] ?? 0)}
              </td>
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  );
}
