// A list of things, each with a name, facts and an action.
import type { ReactElement, ReactNode } from "react";
import { classNames } from "./class-names.ts";

export function Rows({ label, children }: { readonly label: string; readonly children: ReactNode }): ReactElement {
  return (
    <ul aria-label={label} className="divide-y divide-line rounded-panel border border-line bg-surface">
      {children}
    </ul>
  );
}

interface RowProps {
  readonly icon?: ReactElement;
  readonly title: ReactNode;
  readonly badges?: ReactNode;
  readonly note?: ReactNode;
  readonly facts?: ReactNode;
  readonly action?: ReactNode;
  /** Whether the action is wider than one small button. Then it has its own line on a narrow screen. */
  readonly wideAction?: boolean;
  readonly muted?: boolean;
}

export function Row({
  icon,
  title,
  badges,
  note,
  facts,
  action,
  wideAction = false,
  muted = false,
}: RowProps): ReactElement {
  return (
    <li className={classNames("flex min-h-16 items-start gap-3 px-4 py-3", wideAction && "flex-wrap sm:flex-nowrap")}>
      {icon && (
        <span className="mt-0.5 text-faint [&_svg]:size-4.5" aria-hidden="true">
          {icon}
        </span>
      )}
      <div className="flex min-w-0 grow flex-wrap gap-x-6 gap-y-1">
        <div className="min-w-0 grow basis-56">
          <div className="flex flex-wrap items-center gap-x-2 gap-y-1">
            <bdi className={classNames("font-semibold wrap-anywhere", muted && "text-soft")}>{title}</bdi>
            {badges}
          </div>
          {note && <div className="text-[0.8125rem] wrap-anywhere text-soft">{note}</div>}
        </div>
        {facts && (
          <div className="min-w-0 text-[0.8125rem] wrap-anywhere text-soft sm:basis-52 sm:text-right">{facts}</div>
        )}
      </div>
      {action && (
        <div
          className={classNames(
            "flex shrink-0 items-center gap-1 self-center",
            wideAction ? "basis-full sm:basis-auto" : "-my-1",
          )}
        >
          {action}
        </div>
      )}
    </li>
  );
}
