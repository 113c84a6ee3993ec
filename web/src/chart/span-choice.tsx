import type { ReactElement } from "react";
import type { Span } from "../api/usage.ts";
import { classNames } from "../ui/class-names.ts";
import { SPANS } from "./span.ts";

interface SpanChoiceProps {
  readonly span: Span;
  readonly onChange: (span: Span) => void;
}

/** How far back the pictures of a page go. */
export function SpanChoice({ span, onChange }: SpanChoiceProps): ReactElement {
  return (
    <fieldset className="inline-flex rounded-control border border-control/70 bg-surface p-0.5 print:hidden">
      <legend className="sr-only">Time shown</legend>
      {SPANS.map((one) => (
        <label
          key={one}
          className={classNames(
            "relative rounded-[0.3125rem] px-3 py-1 text-[0.8125rem] has-focus-visible:outline-2 has-focus-visible:outline-offset-2 has-focus-visible:outline-mint forced-colors:has-checked:forced-color-adjust-none",
            one === span ? "bg-mint-wash font-medium text-mint" : "text-soft hover:text-ink",
          )}
        >
          <input
            type="radio"
            name="span"
            value={one}
            checked={one === span}
            onChange={() => onChange(one)}
            className="absolute inset-0 appearance-none rounded-control outline-none"
          />
          {one} days
        </label>
      ))}
    </fieldset>
  );
}
