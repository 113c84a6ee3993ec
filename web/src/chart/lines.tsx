import type { ReactElement } from "react";
import { CartesianGrid, Line, LineChart, ResponsiveContainer, Tooltip, XAxis, YAxis } from "recharts";
import { DASHES, STROKES } from "./look.tsx";
import { GRID, POINT_AXIS, ROOM, VALUE_AXIS } from "./plot-frame.ts";
import type { Point, Series } from "./series.ts";
import { PlotTooltip } from "./tooltip.tsx";

interface LinesProps {
  /** The plot's name for readers. */
  readonly name: string;
  readonly series: readonly Series[];
  /** A value that is left out is a gap in its line. */
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
        <YAxis {...VALUE_AXIS} width={64} tickFormatter={format} />
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
            stroke={STROKES[look] ?? ""}
            strokeWidth={2}
            strokeDasharray={DASHES[look] ?? ""}
            // A value between two gaps has no line: it is seen by its dot.
            dot={{ r: 1.25, strokeWidth: 0, fill: STROKES[look] ?? "" }}
            isAnimationActive={false}
          />
        ))}
      </LineChart>
    </ResponsiveContainer>
  );
}
