// Messages in the page.
import { CircleAlert, CircleCheck, Info, TriangleAlert } from "lucide-react";
import type { ReactElement, ReactNode } from "react";
import { adviceFor, type Problem } from "../api/problem.ts";
import { classNames } from "./class-names.ts";

type Tone = "info" | "good" | "warning" | "danger";

const TONES: Record<Tone, string> = {
  info: "border-line bg-sunken text-ink [&>svg]:text-soft",
  good: "border-mint-line bg-mint-wash text-ink [&>svg]:text-mint",
  warning: "border-brass-line bg-brass-wash text-ink [&>svg]:text-brass",
  danger: "border-rust-line bg-rust-wash text-ink [&>svg]:text-rust",
};

const ICONS = { info: Info, good: CircleCheck, warning: TriangleAlert, danger: CircleAlert };

interface CalloutProps {
  readonly tone?: Tone;
  readonly title?: ReactNode;
  readonly className?: string | undefined;
  /** `alert` interrupts a screen reader, and `status` waits. Absent for a message that is there from the start. */
  readonly live?: "alert" | "status";
  readonly children?: ReactNode;
}

export function Callout({ tone = "info", title, className, live, children }: CalloutProps): ReactElement {
  const Icon = ICONS[tone];
  return (
    <div role={live} className={classNames("flex gap-2.5 rounded-control border px-3 py-2.5", TONES[tone], className)}>
      <Icon className="mt-0.5 size-4 shrink-0" aria-hidden="true" />
      <div className="grid min-w-0 grow gap-1 wrap-anywhere">
        {title && <p className="font-semibold">{title}</p>}
        {children && <div className="text-[0.8438rem]">{children}</div>}
      </div>
    </div>
  );
}

interface ProblemCalloutProps {
  readonly problem: Problem;
  readonly className?: string | undefined;
  readonly children?: ReactNode;
}

/** A refusal in the server's words, with the request id if the server failed. */
export function ProblemCallout({ problem, className, children }: ProblemCalloutProps): ReactElement {
  const advice = adviceFor(problem);
  return (
    <Callout tone="danger" live="alert" title={problem.title} className={className}>
      <p>{advice}</p>
      {problem.missingPermissions.length > 0 && (
        <p className="mt-1">
          Missing: <span className="font-mono text-[0.8125rem]">{problem.missingPermissions.join(", ")}</span>
        </p>
      )}
      {problem.status >= 500 && problem.requestId && (
        <p className="mt-1 text-soft">
          Request <span className="font-mono text-[0.75rem]">{problem.requestId}</span>
        </p>
      )}
      {children}
    </Callout>
  );
}
