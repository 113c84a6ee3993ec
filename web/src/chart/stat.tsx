import type { ReactElement, ReactNode } from "react";
import type { Span } from "../api/usage.ts";
import { Segments } from "../ui/field.tsx";
import { barsPath, SPANS, usesInWords } from "./series.ts";

/** A row of numbers, each with its name and a note. */
export function Stats({ children }: { readonly children: ReactNode }): ReactElement {
  return (
    <dl className="grid grid-cols-2 overflow-hidden rounded-panel border border-line bg-surface lg:grid-flow-col lg:grid-cols-none">
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

const WIDTH = 90;
const HEIGHT = 18;

/** A month of uses in the size of a word. Its space is reserved while the uses load. */
export function Sparkline({ uses }: { readonly uses: readonly number[] | undefined }): ReactElement {
  const words = uses === undefined ? undefined : usesInWords(uses);
  return (
    <span className="block" title={words}>
      <svg viewBox={`0 0 ${WIDTH} ${HEIGHT + 1}`} className="block h-5 w-24 text-mint" aria-hidden="true">
        <path d={`M0 ${HEIGHT + 0.5}H${WIDTH}`} className="stroke-line" strokeWidth="1" />
        {uses !== undefined && <path d={barsPath(uses, WIDTH, HEIGHT)} fill="currentColor" />}
      </svg>
      <span className="sr-only">{words ?? "loading"}</span>
    </span>
  );
}

interface SpanChoiceProps {
  readonly span: Span;
  readonly onChange: (span: Span) => void;
}

const CHOICES = SPANS.map((span) => [span, `${span} days`] as const);

/** Chooses how many days the charts of a page show. */
export function SpanChoice({ span, onChange }: SpanChoiceProps): ReactElement {
  return (
    <fieldset className="inline-flex print:hidden">
      <legend className="sr-only">Time shown</legend>
      <Segments choices={CHOICES} chosen={span} onChoose={onChange} />
    </fieldset>
  );
}
