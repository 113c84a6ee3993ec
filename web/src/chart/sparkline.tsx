import type { ReactElement } from "react";
import { barsPath, usesInWords } from "./series.ts";

const WIDTH = 90;
const HEIGHT = 18;

/** A month of uses as small as a word. Its place is kept while they are not known. */
export function Sparkline({ uses }: { readonly uses: readonly number[] | undefined }): ReactElement {
  const words = uses === undefined ? undefined : usesInWords(uses);
  return (
    <svg
      viewBox={`0 0 ${WIDTH} ${HEIGHT + 1}`}
      className="block h-5 w-24 text-mint"
      role="img"
      aria-label={words ?? "Uses are being read"}
      focusable="false"
    >
      {words !== undefined && <title>{words}</title>}
      <path d={`M0 ${HEIGHT + 0.5}H${WIDTH}`} className="stroke-line" strokeWidth="1" />
      {uses !== undefined && <path d={barsPath(uses, WIDTH, HEIGHT)} fill="currentColor" />}
    </svg>
  );
}
