import type { ReactElement } from "react";
import { barsPath, usesInWords } from "./series.ts";

const WIDTH = 90;
const HEIGHT = 18;

/** A month of uses as small as a word. Its place is kept while they are not known. */
export function Sparkline({ uses }: { readonly uses: readonly number[] | undefined }): ReactElement {
  const words = uses === undefined ? undefined : usesInWords(uses);
  return (
    <span className="block" title={words}>
      <svg viewBox={`0 0 ${WIDTH} ${HEIGHT + 1}`} className="block h-5 w-24 text-mint" aria-hidden="true">
        <path d={`M0 ${HEIGHT + 0.5}H${WIDTH}`} className="stroke-line" strokeWidth="1" />
        {uses !== undefined && <path d={barsPath(uses, WIDTH, HEIGHT)} fill="currentColor" />}
      </svg>
      <span className="sr-only">{words ?? "being read"}</span>
    </span>
  );
}
