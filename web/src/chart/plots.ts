// The plots, whose library is loaded when the first one is drawn and not with any page.
import { lazy } from "react";

export const StackedBars = lazy(async () => ({ default: (await import("./recharts-plots.tsx")).StackedBars }));
export const Lines = lazy(async () => ({ default: (await import("./recharts-plots.tsx")).Lines }));
