import type { ReactElement, ReactNode } from "react";

/** Numbers in a row, each with its name and a word about it. */
export function Stats({ children }: { readonly children: ReactNode }): ReactElement {
  return (
    <dl className="grid grid-cols-2 overflow-hidden rounded-panel border border-line bg-surface lg:grid-cols-4">
      {children}
    </dl>
  );
}

interface StatProps {
  readonly term: string;
  readonly children: ReactNode;
  readonly note?: ReactNode;
}

export function Stat({ term, children, note }: StatProps): ReactElement {
  return (
    <div className="-mt-px -ml-px grid min-w-0 content-start gap-0.5 border-t border-l border-line px-4 py-3">
      <dt className="text-[0.8125rem] text-soft">{term}</dt>
      <dd className="tabular text-lg leading-7 font-semibold wrap-anywhere sm:text-xl [&_time]:whitespace-normal">
        {children}
      </dd>
      {note && <dd className="text-[0.8125rem] text-soft">{note}</dd>}
    </div>
  );
}
