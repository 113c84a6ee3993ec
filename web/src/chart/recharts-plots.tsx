import { type ReactElement, useId } from "react";
import { Bar, BarChart, CartesianGrid, Line, LineChart, ResponsiveContainer, Tooltip, XAxis, YAxis } from "recharts";
import { count } from "../ui/text.ts";
import { dashesOf, fillOf, Patterns, strokeOf, Swatch } from "./look.tsx";
import { axisTicks, compact, type Point, type Series, sum } from "./series.ts";

interface StackedBarsProps {
  /** The plot's name for readers. */
  readonly name: string;
  readonly series: readonly Series[];
  readonly points: readonly Point[];
}

/** A bar for each point, the series on top of each other. The arrow keys go from bar to bar. */
export function StackedBars({ name, series, points }: StackedBarsProps): ReactElement {
  const prefix = useId();
  return (
    <ResponsiveContainer {...ROOM}>
      <BarChart data={[...points]} margin={{ top: 8, right: 4, bottom: 0, left: 0 }} barCategoryGap="18%" title={name}>
        <Patterns prefix={prefix} series={series} />
        <CartesianGrid {...GRID} />
        <XAxis {...POINT_AXIS} minTickGap={24} />
        <YAxis {...valueAxis(axisTicks(mostOf(points, "stacked"), true))} width={44} tickFormatter={compact} />
        <Tooltip
          isAnimationActive={false}
          cursor={{ fill: "var(--color-sunken)" }}
          content={<PlotTooltip series={series} format={count} />}
        />
        {series.map(({ key, label }) => (
          <Bar
            key={key}
            name={label}
            dataKey={(point: Point) => point.values[key] ?? 0}
            stackId="all"
            fill={fillOf(prefix, { key })}
            isAnimationActive={false}
          />
        ))}
      </BarChart>
    </ResponsiveContainer>
  );
}

interface LinesProps {
  /** The plot's name for readers. */
  readonly name: string;
  readonly series: readonly Series[];
  /** A missing value is a gap in its line. */
  readonly points: readonly Point[];
  readonly format: (value: number) => string;
}

/** Values over time, one line for each series. The arrow keys go from point to point. */
export function Lines({ name, series, points, format }: LinesProps): ReactElement {
  return (
    <ResponsiveContainer {...ROOM}>
      <LineChart data={[...points]} margin={{ top: 8, right: 8, bottom: 0, left: 0 }} title={name}>
        <CartesianGrid {...GRID} />
        <XAxis {...POINT_AXIS} minTickGap={48} />
        <YAxis {...valueAxis(axisTicks(mostOf(points, "apart"), false))} width={64} tickFormatter={format} />
        <Tooltip
          isAnimationActive={false}
          cursor={{ stroke: "var(--color-control)" }}
          content={<PlotTooltip series={series} format={format} />}
        />
        {series.map(({ key, label, look }) => (
          <Line
            key={key}
            name={label}
            dataKey={(point: Point) => point.values[key]}
            stroke={strokeOf(look)}
            strokeWidth={2}
            strokeDasharray={dashesOf(look)}
            // A value between two gaps has no line, so its dot shows it.
            dot={{ r: 1.25, strokeWidth: 0, fill: strokeOf(look) }}
            isAnimationActive={false}
          />
        ))}
      </LineChart>
    </ResponsiveContainer>
  );
}

interface TooltipProps {
  readonly series: readonly Series[];
  readonly format: (value: number) => string;
  /** The plot sets this and the next property. */
  readonly active?: boolean | undefined;
  readonly payload?: readonly { readonly payload?: unknown }[] | undefined;
}

/** The values at the pointer, or at the point that the arrow keys have reached. */
export function PlotTooltip({ series, format, active, payload }: TooltipProps): ReactElement | null {
  const point = payload?.[0]?.payload as Point | undefined;
  if (active !== true || point === undefined) return null;
  return (
    <div className="grid gap-1 rounded-control border border-line bg-raised px-3 py-2 text-[0.8125rem] text-ink shadow-float">
      <p className="font-medium">{point.name}</p>
      {series.map(({ key, label, look }) => (
        <p key={key} className="flex items-center gap-2">
          <Swatch look={look} size={10} />
          <span className="grow text-soft">{label}</span>
          <span className="tabular font-medium">{format(point.values[key] ?? 0)}</span>
        </p>
      ))}
    </div>
  );
}

// The size, grid and axes of all plots.
const TICK = { fill: "var(--color-soft)", fontSize: 12 } as const;

/** A plot fills its figure. This is its size until the browser has measured the figure. */
const ROOM = { width: "100%", height: "100%", initialDimension: { width: 320, height: 224 } } as const;

const GRID = { vertical: false, stroke: "var(--color-line)" } as const;

/** By the label of each point. */
const POINT_AXIS = {
  dataKey: "label",
  tickLine: false,
  axisLine: { stroke: "var(--color-control)" },
  tick: TICK,
  tickMargin: 6,
  // Labels equally far apart, however wide each is.
  interval: "equidistantPreserveStart",
} as const;

/** From 0 to the last of these ticks, each of which has its line in the grid. */
function valueAxis(ticks: readonly number[]) {
  const domain = [0, ticks.at(-1) ?? 1];
  return { tickLine: false, axisLine: false, tick: TICK, ticks, domain, interval: 0 } as const;
}

/** The highest value of a plot whose series are on top of each other, or each for itself. */
function mostOf(points: readonly Point[], series: "stacked" | "apart"): number {
  const highest = points.map(({ values }) =>
    series === "stacked" ? sum(Object.values(values)) : Math.max(0, ...Object.values(values)),
  );
  return Math.max(0, ...highest);
}
