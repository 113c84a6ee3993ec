// What is known about one credential: a list of terms, with exact times.
import type { ReactElement, ReactNode } from "react";
import { classNames } from "./class-names.ts";
import { CopyButton } from "./copy-button.tsx";

export function Facts({ children }: { readonly children: ReactNode }): ReactElement {
  return (
    <dl className="grid gap-x-6 gap-y-3 rounded-control bg-sunken px-3.5 py-3 sm:grid-cols-2 lg:grid-cols-3">
      {children}
    </dl>
  );
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

// Facts of one thing, each with its name.

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
