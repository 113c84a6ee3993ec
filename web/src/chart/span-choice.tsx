import type { ReactElement } from "react";
import type { Span } from "../api/usage.ts";
import { Segments } from "../ui/segments.tsx";
import { SPANS } from "./span.ts";

interface SpanChoiceProps {
  readonly span: Span;
  readonly onChange: (span: Span) => void;
}

const CHOICES = SPANS.map((span) => [span, `${span} days`] as const);

/** How far back the pictures of a page go. */
export function SpanChoice({ span, onChange }: SpanChoiceProps): ReactElement {
  return (
    <fieldset className="inline-flex print:hidden">
      <legend className="sr-only">Time shown</legend>
      <Segments choices={CHOICES} chosen={span} onChoose={onChange} />
    </fieldset>
  );
}
