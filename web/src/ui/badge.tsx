import type { ReactElement, ReactNode } from "react";
import { classNames } from "./class-names.ts";

export type BadgeTone = "neutral" | "good" | "warning" | "danger";

const TONES: Record<BadgeTone, string> = {
  neutral: "border-line bg-sunken text-soft",
  good: "border-mint-line bg-mint-wash text-mint",
  warning: "border-brass-line bg-brass-wash text-brass",
  danger: "border-rust-line bg-rust-wash text-rust",
};

/** A short word about the state of a thing. It is text, so colour is never the only sign. */
export function Badge({
  tone = "neutral",
  children,
}: {
  readonly tone?: BadgeTone;
  readonly children: ReactNode;
}): ReactElement {
  return (
    <span
      className={classNames(
        "inline-flex items-center gap-1 rounded-full border px-2 text-xs leading-[1.125rem] font-medium whitespace-nowrap [&_svg]:size-3",
        TONES[tone],
      )}
    >
      {children}
    </span>
  );
}

/** Keys to press, one after the other or together. */
export function Keys({
  keys,
  together = false,
}: {
  readonly keys: readonly string[];
  readonly together?: boolean;
}): ReactElement {
  return (
    <span className="inline-flex shrink-0 items-center gap-1 text-xs text-soft">
      {keys.map((key, index) => (
        <span key={index} className="inline-flex items-center gap-1">
          {index > 0 && <span className={together ? "sr-only" : ""}>{together ? "and" : "then"}</span>}
          <kbd className="grid h-5 min-w-5 place-items-center rounded border border-line bg-sunken px-1 font-sans text-[0.6875rem] leading-none font-medium text-soft">
            {key}
          </kbd>
        </span>
      ))}
    </span>
  );
}
