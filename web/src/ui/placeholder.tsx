// Placeholders for data that is loading, empty, or could not be loaded.
import { RotateCw } from "lucide-react";
import type { ReactElement, ReactNode } from "react";
import { toProblem } from "../api/problem.ts";
import { Button } from "./button.tsx";
import { ProblemCallout } from "./callout.tsx";
import { classNames } from "./class-names.ts";
import { Coin } from "./mark.tsx";

/** A grey bar in the size of a text. */
export function Bar({ className }: { readonly className?: string }): ReactElement {
  return <span className={classNames("block h-3.5 animate-pulse-soft rounded bg-sunken", className)} />;
}

/** Wraps grey bars and announces "Loading" to screen readers. */
export function Loading({
  children,
  label = "Loading…",
}: {
  readonly children: ReactNode;
  readonly label?: string;
}): ReactElement {
  return (
    <div>
      <output className="sr-only">{label}</output>
      <div aria-hidden="true">{children}</div>
    </div>
  );
}

/** The rows of a list that is loading, as tall as the real rows. */
export function LoadingRows({ rows = 4 }: { readonly rows?: number }): ReactElement {
  return (
    <Loading>
      <div className="divide-y divide-line rounded-panel border border-line bg-surface">
        {Array.from({ length: rows }, (_, row) => (
          <div key={row} className="flex min-h-16 items-center gap-6 px-4 py-3">
            <div className="grid grow gap-2">
              <Bar className="w-40 max-w-full" />
              <Bar className="h-3 w-24" />
            </div>
            <Bar className="hidden w-28 sm:block" />
            <Bar className="hidden w-20 md:block" />
          </div>
        ))}
      </div>
    </Loading>
  );
}

interface EmptyStateProps {
  readonly icon: ReactElement;
  readonly title: string;
  readonly action?: ReactNode;
  readonly children?: ReactNode;
}

export function EmptyState({ icon, title, action, children }: EmptyStateProps): ReactElement {
  return (
    <div className="grid justify-items-center gap-4 rounded-panel border border-dashed border-control/60 px-6 py-12 text-center">
      <Coin>{icon}</Coin>
      <div className="grid justify-items-center gap-1">
        <h2 className="text-[0.9375rem] font-semibold">{title}</h2>
        {children && <div className="max-w-[46ch] text-soft">{children}</div>}
      </div>
      {action}
    </div>
  );
}

/** Shows why data could not be loaded, with a button to try again. */
export function LoadFailure({
  error,
  onRetry,
  busy = false,
}: {
  readonly error: unknown;
  readonly onRetry: () => void;
  readonly busy?: boolean;
}): ReactElement {
  return (
    <ProblemCallout problem={toProblem(error)}>
      <Button size="small" className="mt-2.5" busy={busy} onClick={onRetry}>
        <RotateCw aria-hidden="true" />
        Try again
      </Button>
    </ProblemCallout>
  );
}
