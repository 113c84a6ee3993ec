// The facts about one thing: a list of terms.
import type { ReactElement, ReactNode } from "react";
import { classNames } from "./class-names.ts";
import { CopyButton } from "./copy-button.tsx";

const LOOKS = {
  /** Beside other things on a page. */
  sunken: "rounded-control bg-sunken px-3.5 py-3 sm:grid-cols-2 lg:grid-cols-3",
  /** The main thing of a page. */
  panel: "rounded-panel border border-line bg-surface px-4 py-3.5 sm:grid-cols-2",
  plain: "sm:grid-cols-2",
} as const;

interface FactsProps {
  readonly look?: keyof typeof LOOKS;
  readonly children: ReactNode;
}

export function Facts({ look = "sunken", children }: FactsProps): ReactElement {
  return <dl className={classNames("grid gap-x-6 gap-y-3", LOOKS[look])}>{children}</dl>;
}

interface FactProps {
  readonly term: string;
  readonly wide?: boolean;
  readonly children: ReactNode;
}

export function Fact({ term, wide = false, children }: FactProps): ReactElement {
  return (
    <div className={classNames("min-w-0", wide && "sm:col-span-2 lg:col-span-3")}>
      <dt className="text-[0.8125rem] text-soft">{term}</dt>
      <dd className="wrap-anywhere">{children}</dd>
    </div>
  );
}

/** A narrow list, with the terms beside what they name. */
export function TermLine({ term, children }: { readonly term: string; readonly children: ReactNode }): ReactElement {
  return (
    <div className="grid grid-cols-[7rem_minmax(0,1fr)]">
      <dt className="text-soft">{term}</dt>
      <dd className="wrap-anywhere">{children}</dd>
    </div>
  );
}

export function IdFact({ id, what }: { readonly id: string; readonly what: string }): ReactElement {
  return (
    <div className="min-w-0 sm:col-span-2">
      <dt className="text-[0.8125rem] text-soft">Id</dt>
      <dd className="flex flex-wrap items-center gap-2">
        <code className="font-mono text-[0.8125rem] break-all">{id}</code>
        <CopyButton text={id} what={`${what} id`} size="small" kind="quiet" />
      </dd>
    </div>
  );
}
