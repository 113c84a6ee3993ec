import type { ReactElement } from "react";
import { STROKES } from "./look.tsx";
import type { Point, Series } from "./series.ts";

interface TooltipProps {
  readonly series: readonly Series[];
  readonly format: (value: number) => string;
  /** This and what follows is given by the plot. */
  readonly active?: boolean | undefined;
  readonly payload?: readonly { readonly payload?: unknown }[] | undefined;
}

/** What is under the pointer, or where the arrow keys have gone. */
export function PlotTooltip({ series, format, active, payload }: TooltipProps): ReactElement | null {
  const point = payload?.[0]?.payload as Point | undefined;
  if (active !== true || point === undefined) return null;
  return (
    <div className="grid gap-1 rounded-control border border-line bg-raised px-3 py-2 text-[0.8125rem] text-ink shadow-float">
      <p className="font-medium">{point.name}</p>
      {series.map(({ key, label, look }) => (
        <p key={key} className="flex items-center gap-2">
          <svg width="8" height="8" aria-hidden="true" focusable="false">
            <circle cx="4" cy="4" r="4" fill={STROKES[look]} />
          </svg>
          <span className="grow text-soft">{label}</span>
          <span className="tabular font-medium">{format(point.values[key] ?? 0)}</span>
        </p>
      ))}
    </div>
  );
}
