import type { ReactElement, ReactNode } from "react";
import { classNames } from "./class-names.ts";

export type BadgeTone = "neutral" | "good" | "warning" | "danger";

const TONES: Record<BadgeTone, string> = {
  neutral: "border-line bg-sunken text-soft",
  good: "border-mint-line bg-mint-wash text-mint",
  warning: "border-brass-line bg-brass-wash text-brass",
  danger: "border-rust-line bg-rust-wash text-rust",
};

/** A short word about a thing's state. Never the only sign: it is text, not a colour alone. */
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
