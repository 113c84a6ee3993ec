// The looks of bars and lines: a colour and a pattern. A colour stands for a meaning, on every page: green for uses, and
// the others for groups of refusals. The pattern distinguishes the reasons of a group, and all looks without colour. The
// colours differ in lightness, and people who confuse red and green can distinguish them.
import { type ReactElement, useId } from "react";
import type { Look, Series } from "./series.ts";

/** The fill of a series, in a plot that drew `Patterns` with the same prefix and series. */
export function fillOf(prefix: string, { key }: Pick<Series, "key">): string {
  return `url(#${prefix}-${key})`;
}

const STROKES: Readonly<Record<Look["colour"], string>> = {
  uses: "var(--color-plot-1)",
  ended: "var(--color-plot-2)",
  place: "var(--color-plot-3)",
  expired: "var(--color-plot-4)",
  paused: "var(--color-plot-5)",
  permission: "var(--color-plot-6)",
  other: "var(--color-plot-7)",
};

export function strokeOf({ colour }: Look): string {
  return STROKES[colour];
}

/** Each pattern has its own dashes in a line. */
const DASHES: Readonly<Record<Look["pattern"], string>> = {
  plain: "",
  diagonal: "6 4",
  rows: "2 3",
  cross: "9 3 2 3",
  columns: "12 6",
};

export function dashesOf({ pattern }: Look): string {
  return DASHES[pattern];
}

/** The lines over the colour, in the colour of the surface. */
const MARKS: Readonly<Record<Look["pattern"], string | null>> = {
  plain: null,
  diagonal: "M-1 7L7 -1M-1 1L1 -1M5 7L7 5",
  rows: "M0 3H6",
  cross: "M-1 -1L7 7M-1 5L1 7M5 -1L7 1M-1 7L7 -1M-1 1L1 -1M5 7L7 5",
  columns: "M3 0V6",
};

interface PatternsProps {
  readonly prefix: string;
  readonly series: readonly Pick<Series, "key" | "look">[];
}

export function Patterns({ prefix, series }: PatternsProps): ReactElement {
  return (
    <defs>
      {series.map(({ key, look }) => (
        <pattern key={key} id={`${prefix}-${key}`} width="6" height="6" patternUnits="userSpaceOnUse">
          <rect width="6" height="6" fill={strokeOf(look)} />
          {MARKS[look.pattern] && (
            <path d={MARKS[look.pattern] ?? ""} stroke="var(--color-surface)" strokeWidth="1.4" />
          )}
        </pattern>
      ))}
    </defs>
  );
}

interface SwatchProps {
  readonly look: Look;
  readonly size?: number;
}

/** The look of a series beside its name. */
export function Swatch({ look, size = 14 }: SwatchProps): ReactElement {
  const id = useId();
  const series = { key: "swatch", look };
  return (
    <svg width={size} height={size} aria-hidden="true" className="shrink-0 rounded-[3px]" focusable="false">
      <Patterns prefix={id} series={[series]} />
      <rect width={size} height={size} fill={fillOf(id, series)} />
    </svg>
  );
}

/** The look of a line beside its name. */
export function LineSwatch({ look }: { readonly look: Look }): ReactElement {
  return (
    <svg width="24" height="14" aria-hidden="true" className="shrink-0" focusable="false">
      <path d="M0 7H24" stroke={strokeOf(look)} strokeWidth="2.5" strokeDasharray={dashesOf(look)} />
    </svg>
  );
}
