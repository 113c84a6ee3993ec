// Facts of one thing, each with its name.
import type { ReactElement, ReactNode } from "react";
import { CopyButton } from "../../ui/copy-button.tsx";

export function Facts({ children }: { readonly children: ReactNode }): ReactElement {
  return (
    <dl className="grid gap-x-6 gap-y-3 rounded-panel border border-line bg-surface px-4 py-3.5 sm:grid-cols-2">
      {children}
    </dl>
  );
}

export function Fact({ term, children }: { readonly term: string; readonly children: ReactNode }): ReactElement {
  return (
    <div className="min-w-0 wrap-anywhere">
      <dt className="text-[0.8125rem] text-soft">{term}</dt>
      <dd>{children}</dd>
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
