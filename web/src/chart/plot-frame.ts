// What all plots look like around what they draw: their room, their lines and their axes.
const TICK = { fill: "var(--color-soft)", fontSize: 12 } as const;

/** They fill their figure; this is their size until it is known. */
export const ROOM = { width: "100%", height: "100%", initialDimension: { width: 320, height: 224 } } as const;

export const GRID = { vertical: false, stroke: "var(--color-line)" } as const;

/** By the label of each point. */
export const POINT_AXIS = {
  dataKey: "label",
  tickLine: false,
  axisLine: { stroke: "var(--color-control)" },
  tick: TICK,
  tickMargin: 6,
} as const;

export const VALUE_AXIS = { tickLine: false, axisLine: false, tick: TICK } as const;
