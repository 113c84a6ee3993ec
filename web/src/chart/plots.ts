// The plots. Their library is loaded with the first plot, and not with a page.
import { lazy } from "react";

export const StackedBars = lazy(async () => ({ default: (await import("./recharts-plots.tsx")).StackedBars }));
export const Lines = lazy(async () => ({ default: (await import("./recharts-plots.tsx")).Lines }));
