// A table whose rows each have a bar as long as their number.
import { type ReactElement, type ReactNode, useId } from "react";
import { Panel } from "../ui/page.tsx";
import { strokeOf } from "./look.tsx";
import { type Look, USES_LOOK } from "./series.ts";
import { count } from "../ui/text.ts";

interface BarRow {
  readonly key: string;
  readonly label: ReactNode;
  readonly value: number;
  /** The look of its bar. Without it, that of uses. */
  readonly look?: Look;
  /** A further cell, under the table's `note`. */
  readonly note?: ReactNode;
}

interface BarTableProps {
  readonly title: string;
  readonly lead: ReactNode;
  /** The names of the columns. */
  readonly head: { readonly label: string; readonly value: string; readonly note?: string };
  readonly rows: readonly BarRow[];
  /** Shown instead of the table when it has no row. */
  readonly nothing: string;
  /** Stands under the table. */
  readonly children?: ReactNode;
}

export function BarTable({ title, lead, head, rows, nothing, children }: BarTableProps): ReactElement {
  const id = useId();
  const most = Math.max(...rows.map(({ value }) => value), 1);
  return (
    <Panel className="min-w-0 break-inside-avoid">
      <section aria-labelledby={id} className="grid gap-3 p-4">
        <div className="grid gap-0.5">
          <h2 id={id} className="text-[0.9375rem] font-semibold">
            {title}
          </h2>
          <p className="text-soft">{lead}</p>
        </div>
        {rows.length === 0 ? (
          <p className="rounded-control border border-dashed border-line px-4 py-6 text-center text-soft">{nothing}</p>
        ) : (
          <table className="w-full text-[0.8125rem]">
            <caption className="sr-only">{title}</caption>
            <thead>
              <tr className="border-b border-line text-left text-soft">
                <th scope="col" className="py-1.5 pr-3 font-medium">
                  {head.label}
                </th>
                <th scope="col" className="py-1.5 pl-3 text-right font-medium">
                  {head.value}
                </th>
                {head.note !== undefined && (
                  <th scope="col" className="py-1.5 pl-3 text-right font-medium">
                    {head.note}
                  </th>
                )}
              </tr>
            </thead>
            <tbody>
              {rows.map(({ key, label, value, note, look = USES_LOOK }) => (
                <tr key={key} className="border-b border-line last:border-0">
                  <th scope="row" className="w-full py-1.5 pr-3 text-left font-normal wrap-anywhere">
                    {label}
                    <Bar share={value / most} look={look} />
                  </th>
                  <td className="tabular py-1.5 pl-3 text-right align-top">{count(value)}</td>
                  {head.note !== undefined && (
                    <td className="py-1.5 pl-3 text-right align-top whitespace-nowrap text-soft">{note}</td>
                  )}
                </tr>
              ))}
            </tbody>
          </table>
        )}
        {children}
      </section>
    </Panel>
  );
}

function Bar({ share, look }: { readonly share: number; readonly look: Look }): ReactElement {
  return (
    <svg
      viewBox="0 0 100 4"
      preserveAspectRatio="none"
      className="mt-1 block h-1.5 w-full"
      aria-hidden="true"
      focusable="false"
    >
      <rect width="100" height="4" className="fill-sunken" />
      {share > 0 && <rect width={Math.max(1, share * 100)} height="4" fill={strokeOf(look)} />}
    </svg>
  );
}
