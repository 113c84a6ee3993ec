// Buttons and links that look like buttons. A busy button keeps its place, its width and the focus.
import { LoaderCircle } from "lucide-react";
import type { ComponentProps, ReactElement } from "react";
import { classNames } from "./class-names.ts";

export type ButtonKind = "primary" | "secondary" | "danger" | "quiet";
export type ButtonSize = "small" | "medium";

const BASE =
  "inline-flex items-center justify-center gap-1.5 rounded-control border font-medium whitespace-nowrap select-none print:hidden transition-colors duration-100 disabled:cursor-not-allowed disabled:opacity-55 [&_svg]:size-4 [&_svg]:shrink-0";

const KINDS: Record<ButtonKind, string> = {
  primary: "border-transparent bg-fill text-on-fill hover:bg-fill-strong",
  secondary: "border-control/70 bg-surface text-ink hover:border-control hover:bg-sunken",
  danger: "border-transparent bg-rust-solid text-on-rust hover:bg-rust-strong",
  quiet: "border-transparent text-soft hover:bg-sunken hover:text-ink",
};

const SIZES: Record<ButtonSize, string> = { small: "h-8 px-2.5 text-[0.8125rem]", medium: "h-9 px-3.5 text-sm" };

export function buttonClass(kind: ButtonKind = "secondary", size: ButtonSize = "medium"): string {
  return classNames(BASE, KINDS[kind], SIZES[size]);
}

interface ButtonProps extends ComponentProps<"button"> {
  readonly kind?: ButtonKind;
  readonly size?: ButtonSize;
  readonly busy?: boolean;
}

export function Button({
  kind,
  size,
  busy = false,
  className,
  children,
  type,
  onClick,
  ...rest
}: ButtonProps): ReactElement {
  return (
    <button
      {...rest}
      type={type ?? "button"}
      data-kind={kind}
      className={classNames(buttonClass(kind, size), "relative", className)}
      aria-disabled={busy || undefined}
      onClick={(event) => {
        // Not `disabled`, since a disabled button would lose the focus during the request.
        if (busy) event.preventDefault();
        else onClick?.(event);
      }}
    >
      <span className={classNames("inline-flex items-center gap-1.5", busy && "invisible")}>{children}</span>
      {busy && (
        <span className="absolute inset-0 grid place-items-center">
          <LoaderCircle className="animate-spin" aria-hidden="true" />
          <span className="sr-only">Working…</span>
        </span>
      )}
    </button>
  );
}

interface IconButtonProps extends ComponentProps<"button"> {
  readonly label: string;
  /** `small` is for rows of lists. */
  readonly size?: ButtonSize;
}

/** A square button with an icon alone; its label is for screen readers and the pointer's tooltip. */
export function IconButton({
  label,
  size = "medium",
  className,
  children,
  type,
  ...rest
}: IconButtonProps): ReactElement {
  return (
    <button
      {...rest}
      type={type ?? "button"}
      aria-label={label}
      title={label}
      className={classNames(BASE, KINDS.quiet, size === "small" ? "size-8" : "size-9", className)}
    >
      {children}
    </button>
  );
}
