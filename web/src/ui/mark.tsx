// The logo: a coin with a reeded edge and an M.
import type { ReactElement } from "react";
import { classNames } from "./class-names.ts";

export function Mark({ className }: { readonly className?: string }): ReactElement {
  return (
    <svg
      viewBox="0 0 32 32"
      data-mark=""
      className={classNames("shrink-0 text-mint", className)}
      aria-hidden="true"
      focusable="false"
    >
      <circle
        cx="16"
        cy="16"
        r="14.6"
        fill="none"
        stroke="currentColor"
        strokeWidth="2.2"
        strokeDasharray="1.911 1.911"
      />
      <circle cx="16" cy="16" r="12" fill="currentColor" />
      <path
        d="M10.6 21V11.4l5.4 5.8 5.4-5.8V21"
        fill="none"
        className="stroke-canvas"
        strokeWidth="2.5"
        strokeLinecap="round"
        strokeLinejoin="round"
      />
    </svg>
  );
}

/** A blank coin around the icon of an empty state. */
export function Coin({ children }: { readonly children: ReactElement }): ReactElement {
  return (
    <span className="relative inline-grid size-16 place-items-center text-mint" aria-hidden="true">
      <svg viewBox="0 0 64 64" className="absolute inset-0" focusable="false">
        <circle
          cx="32"
          cy="32"
          r="30"
          fill="none"
          stroke="currentColor"
          strokeWidth="2"
          strokeDasharray="2.356 2.356"
        />
        <circle cx="32" cy="32" r="25" className="fill-mint-wash stroke-mint-line" strokeWidth="1" />
      </svg>
      <span className="relative [&_svg]:size-6">{children}</span>
    </span>
  );
}
