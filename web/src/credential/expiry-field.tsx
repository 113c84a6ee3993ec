// The field that chooses when a credential expires. It always shows the resulting date.
import type { ExpiryRule } from "@mintmark/core";
import { type ReactElement, useId } from "react";
import { classNames } from "../ui/class-names.ts";
import { FieldError } from "../ui/field.tsx";
import { Bar, Loading } from "../ui/placeholder.tsx";
import { useNow } from "../ui/time-view.tsx";
import { formatClock, formatLongDate } from "../ui/time.ts";
import { dateRange, EXPIRY_PRESETS, type ExpiryChoice, type ExpiryKind, isAllowed, resolveExpiry } from "./expiry.ts";

const KINDS: readonly ExpiryKind[] = [...EXPIRY_PRESETS, "custom", "never"];

interface ExpiryFieldProps {
  readonly choice: ExpiryChoice;
  readonly onChange: (choice: ExpiryChoice) => void;
  readonly limits: ExpiryRule;
  /** The reason why some choices are disabled, e.g. "Acme allows at most 60 days." */
  readonly limitReason?: string | null;
  /** The thing that expires: "token", "API key". */
  readonly what: string;
  readonly error?: string | null | undefined;
}

export function ExpiryField({ choice, onChange, limits, limitReason, what, error }: ExpiryFieldProps): ReactElement {
  const id = useId();
  const now = useNow();
  const range = dateRange(limits, now);
  return (
    <fieldset aria-describedby={`${id}-result`} className="grid gap-2.5">
      <legend className="mb-1.5 font-medium">Expiration</legend>
      <div className="flex flex-wrap gap-1.5">
        {KINDS.map((kind) => (
          <ExpiryOption
            key={kind}
            kind={kind}
            name={`${id}-kind`}
            checked={choice.kind === kind}
            disabled={!isAllowed(kind, limits)}
            onSelect={() => onChange({ ...choice, kind })}
          />
        ))}
      </div>
      {choice.kind === "custom" && (
        <div className="grid max-w-48 gap-1.5">
          <label htmlFor={`${id}-date`} className="text-[0.8125rem] text-soft">
            Last day
          </label>
          <input
            id={`${id}-date`}
            type="date"
            name="expiresAt"
            required
            min={range.min}
            max={range.max}
            value={choice.date}
            aria-invalid={error ? true : undefined}
            aria-describedby={error ? `${id}-error` : undefined}
            onChange={(event) => onChange({ ...choice, date: event.currentTarget.value })}
            className="control"
          />
        </div>
      )}
      {error && (
        // The choices do not take the focus when they are refused, so the reason is an alert.
        <div role="alert">
          <FieldError id={`${id}-error`}>{error}</FieldError>
        </div>
      )}
      <div id={`${id}-result`} aria-live="polite" className="grid gap-1 text-[0.8125rem] text-soft">
        <ExpiryResult choice={choice} limits={limits} now={now} what={what} />
        {limitReason && <p>{limitReason}</p>}
      </div>
    </fieldset>
  );
}

export function ExpiryFieldLoading(): ReactElement {
  return (
    <Loading label="Loading the rules of the organization…">
      <div className="grid gap-2.5">
        <Bar className="w-24" />
        <Bar className="h-9 w-96 max-w-full" />
        <Bar className="h-3 w-64 max-w-full" />
      </div>
    </Loading>
  );
}

function ExpiryResult({
  choice,
  limits,
  now,
  what,
}: Pick<ExpiryFieldProps, "choice" | "limits" | "what"> & { readonly now: number }): ReactElement {
  const resolved = resolveExpiry(choice, limits, now);
  if (!resolved.ok) return <p>{choice.date === "" ? "The date is a day in your time zone." : resolved.problem}</p>;
  if (resolved.at === null) {
    return (
      <p className="text-brass">
        This {what} works until someone revokes it. You will be asked for your password. A date is safer: a forgotten{" "}
        {what} then expires by itself.
      </p>
    );
  }
  return (
    <p>
      The {what} expires on <strong className="font-medium text-ink">{formatLongDate(resolved.at)}</strong> at{" "}
      <span className="tabular">{formatClock(resolved.at)}</span>.
    </p>
  );
}

interface ExpiryOptionProps {
  readonly kind: ExpiryKind;
  readonly name: string;
  readonly checked: boolean;
  readonly disabled: boolean;
  readonly onSelect: () => void;
}

function ExpiryOption({ kind, name, checked, disabled, onSelect }: ExpiryOptionProps): ReactElement {
  return (
    <label
      className={classNames(
        "relative rounded-control border px-3 py-1.5 forced-colors:has-checked:forced-color-adjust-none has-focus-visible:outline-2 has-focus-visible:outline-offset-2 has-focus-visible:outline-mint",
        checked ? "border-mint bg-mint-wash font-medium text-mint" : "border-control/70 bg-surface hover:bg-sunken",
        disabled && "cursor-not-allowed! border-line bg-transparent text-faint line-through hover:bg-transparent",
      )}
    >
      <input
        type="radio"
        name={name}
        value={kind}
        checked={checked}
        disabled={disabled}
        onChange={onSelect}
        className="absolute inset-0 appearance-none rounded-control outline-none"
      />
      {labelOf(kind)}
    </label>
  );
}

function labelOf(kind: ExpiryKind): string {
  if (kind === "custom") return "Custom date";
  return kind === "never" ? "Never" : `${kind} days`;
}
