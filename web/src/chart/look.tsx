// Five looks of bars. Each has its own pattern, so that they can be distinguished without colour. The colours differ
// in lightness, and people who confuse red and green can distinguish them.
import { type ReactElement, useId } from "react";
import { LOOKS } from "./series.ts";

/** The fill of a shape, in a plot that drew `Patterns` with the same prefix. */
export function fillOf(prefix: string, look: number): string {
  return `url(#${prefix}-${look % LOOKS})`;
}

export const STROKES: readonly string[] = [
  "var(--color-plot-1)",
  "var(--color-plot-2)",
  "var(--color-plot-3)",
  "var(--color-plot-4)",
  "var(--color-plot-5)",
];

/** Each line is dashed in its own way. */
export const DASHES: readonly string[] = ["", "6 4", "2 3", "9 3 2 3", "12 6"];

/** The lines over each colour, in the colour of the surface. */
const MARKS: readonly (string | null)[] = [
  null,
  "M-1 7L7 -1M-1 1L1 -1M5 7L7 5",
  "M0 3H6",
  "M-1 -1L7 7M-1 5L1 7M5 -1L7 1M-1 7L7 -1M-1 1L1 -1M5 7L7 5",
  "M3 0V6",
];

export function Patterns({ prefix }: { readonly prefix: string }): ReactElement {
  return (
    <defs>
      {STROKES.map((stroke, look) => (
        <pattern key={stroke} id={`${prefix}-${look}`} width="6" height="6" patternUnits="userSpaceOnUse">
          <rect width="6" height="6" fill={stroke} />
          {MARKS[look] && <path d={MARKS[look]} stroke="var(--color-surface)" strokeWidth="1.4" />}
        </pattern>
      ))}
    </defs>
  );
}

/** The look of a series beside its name. */
export function Swatch({ look }: { readonly look: number }): ReactElement {
  const id = useId();
  return (
    <svg width="14" height="14" aria-hidden="true" className="shrink-0 rounded-[3px]" focusable="false">
      <Patterns prefix={id} />
      <rect width="14" height="14" fill={fillOf(id, look)} />
    </svg>
  );
}

/** The look of a line beside its name. */
export function LineSwatch({ look }: { readonly look: number }): ReactElement {
  return (
    <svg width="24" height="14" aria-hidden="true" className="shrink-0" focusable="false">
      <path d="M0 7H24" stroke={STROKES[look] ?? ""} strokeWidth="2.5" strokeDasharray={DASHES[look] ?? ""} />
    </svg>
  );
}
