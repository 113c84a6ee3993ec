// Form fields, with the label, hint and error linked to the control for screen readers.
import { PASSWORD_MAX_LENGTH, PASSWORD_MIN_LENGTH } from "@mintmark/core";
import { ChevronDown, CircleAlert, Eye, EyeOff } from "lucide-react";
import { type ComponentProps, type ReactElement, type ReactNode, useId, useState } from "react";
import { classNames } from "./class-names.ts";

interface FieldText {
  readonly label: string;
  readonly hint?: ReactNode;
  readonly error?: string | null | undefined;
  readonly optional?: boolean;
}

interface ControlProps {
  readonly id: string;
  readonly "aria-describedby": string | undefined;
  readonly "aria-invalid": true | undefined;
}

interface FieldProps extends FieldText {
  readonly className?: string | undefined;
  readonly children: (control: ControlProps) => ReactNode;
}

export function Field({ label, hint, error, optional, className, children }: FieldProps): ReactElement {
  const id = useId();
  const hintId = `${id}-hint`;
  const errorId = `${id}-error`;
  const describedBy = [error && errorId, hint && hintId].filter(Boolean).join(" ");
  return (
    <div className={classNames("grid gap-1.5", className)}>
      <label htmlFor={id} className="font-medium">
        {label}
        {optional && <span className="font-normal text-faint"> (optional)</span>}
      </label>
      {children({ id, "aria-describedby": describedBy || undefined, "aria-invalid": error ? true : undefined })}
      {error && <FieldError id={errorId}>{error}</FieldError>}
      {hint && (
        <p id={hintId} className="text-[0.8125rem] text-soft">
          {hint}
        </p>
      )}
    </div>
  );
}

export function FieldError({ id, children }: { readonly id?: string; readonly children: ReactNode }): ReactElement {
  return (
    <p id={id} className="flex items-start gap-1.5 text-[0.8125rem] font-medium text-rust">
      <CircleAlert className="mt-0.5 size-3.5 shrink-0" aria-hidden="true" />
      <span>{children}</span>
    </p>
  );
}

type TextFieldProps = FieldText & Omit<ComponentProps<"input">, "id">;

export function TextField({ label, hint, error, optional, className, ...input }: TextFieldProps): ReactElement {
  return (
    <Field label={label} hint={hint} error={error} optional={optional ?? false} className={className}>
      {(control) => <input type="text" {...input} {...control} className="control" />}
    </Field>
  );
}

export function PasswordField({ label, hint, error, className, ...input }: TextFieldProps): ReactElement {
  const [shown, setShown] = useState(false);
  return (
    <Field label={label} hint={hint} error={error} className={className}>
      {(control) => (
        <span className="relative block">
          <input
            {...input}
            {...control}
            type={shown ? "text" : "password"}
            spellCheck={false}
            autoCapitalize="none"
            className="control pr-11"
          />
          <button
            type="button"
            aria-pressed={shown}
            aria-label={`Show ${label.toLowerCase()}`}
            title={shown ? "Hide" : "Show"}
            onClick={() => setShown(!shown)}
            className="absolute inset-y-0 right-0 grid w-10 place-items-center rounded-r-control text-faint hover:text-ink"
          >
            {shown ? <EyeOff className="size-4" aria-hidden="true" /> : <Eye className="size-4" aria-hidden="true" />}
          </button>
        </span>
      )}
    </Field>
  );
}

/** A password to choose, within the bounds of the rule. */
export function NewPasswordField(props: Pick<TextFieldProps, "label" | "name" | "error">): ReactElement {
  return (
    <PasswordField
      {...props}
      required
      minLength={PASSWORD_MIN_LENGTH}
      maxLength={PASSWORD_MAX_LENGTH}
      autoComplete="new-password"
      hint={`At least ${PASSWORD_MIN_LENGTH} characters. A few random words are easy to remember and hard to guess.`}
    />
  );
}

type SelectFieldProps = FieldText & Omit<ComponentProps<"select">, "id">;

/** The native list of the browser, which works best on phones and with keyboards. */
export function SelectField({ label, hint, error, optional, className, ...select }: SelectFieldProps): ReactElement {
  return (
    <Field label={label} hint={hint} error={error} optional={optional ?? false} className={className}>
      {(control) => (
        <span className="relative block">
          <select {...select} {...control} className="control appearance-none truncate pr-9" />
          <ChevronDown
            className="pointer-events-none absolute inset-y-0 right-2.5 my-auto size-4 text-faint"
            aria-hidden="true"
          />
        </span>
      )}
    </Field>
  );
}

interface CheckboxProps extends Omit<ComponentProps<"input">, "type"> {
  readonly label: ReactNode;
  readonly hint?: ReactNode;
  readonly type?: "checkbox" | "radio";
}

/** A check box or radio button with a label and a hint. */
export function Choice({ label, hint, className, type = "checkbox", ...input }: CheckboxProps): ReactElement {
  const id = useId();
  return (
    <div className={classNames("flex gap-2.5 py-1", className)}>
      <input
        {...input}
        id={id}
        type={type}
        aria-describedby={hint ? `${id}-hint` : undefined}
        className="tick mt-[0.0938rem]"
      />
      <div className="min-w-0 grow">
        <label htmlFor={id} className="block">
          {label}
        </label>
        {hint && (
          <p id={`${id}-hint`} className="text-[0.8125rem] text-soft">
            {hint}
          </p>
        )}
      </div>
    </div>
  );
}

interface SegmentsProps<V extends string | number> {
  /** Each with its label. */
  readonly choices: readonly (readonly [V, string])[];
  readonly chosen: V;
  readonly onChoose: (value: V) => void;
}

/** A choice of a few short words, side by side. The caller adds a fieldset with a legend. */
export function Segments<V extends string | number>({ choices, chosen, onChoose }: SegmentsProps<V>): ReactElement {
  const name = useId();
  return (
    <div className="inline-flex rounded-control border border-control/70 bg-surface p-0.5">
      {choices.map(([value, label]) => (
        <label
          key={value}
          className={classNames(
            "relative rounded-[0.3125rem] px-3 py-1 text-[0.8125rem] has-focus-visible:outline-2 has-focus-visible:outline-offset-2 has-focus-visible:outline-mint forced-colors:has-checked:forced-color-adjust-none",
            value === chosen ? "bg-mint-wash font-medium text-mint" : "text-soft hover:text-ink",
          )}
        >
          <input
            type="radio"
            name={name}
            value={value}
            checked={value === chosen}
            onChange={() => onChoose(value)}
            className="absolute inset-0 appearance-none rounded-control outline-none"
          />
          {label}
        </label>
      ))}
    </div>
  );
}
