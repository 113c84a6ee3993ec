import { type ReactElement, useId } from "react";
import { Bar, BarChart, CartesianGrid, ResponsiveContainer, Tooltip, XAxis, YAxis } from "recharts";
import { fillOf, Patterns } from "./look.tsx";
import { GRID, POINT_AXIS, ROOM, VALUE_AXIS } from "./plot-frame.ts";
import { compact, count, type Point, type Series } from "./series.ts";
import { PlotTooltip } from "./tooltip.tsx";

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
        <Patterns prefix={prefix} />
        <CartesianGrid {...GRID} />
        <XAxis {...POINT_AXIS} minTickGap={24} />
        <YAxis {...VALUE_AXIS} width={44} allowDecimals={false} tickFormatter={compact} />
        <Tooltip
          isAnimationActive={false}
          cursor={{ fill: "var(--color-sunken)" }}
          content={<PlotTooltip series={series} format={count} />}
        />
        {series.map(({ key, label, look }) => (
          <Bar
            key={key}
            name={label}
            dataKey={(point: Point) => point.values[key] ?? 0}
            stackId="all"
            fill={fillOf(prefix, look)}
            isAnimationActive={false}
          />
        ))}
      </BarChart>
    </ResponsiveContainer>
  );
}
