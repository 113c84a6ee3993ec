// A form for one action. It shows a refusal and focuses the first invalid field.
import { type FormEvent, type ReactElement, type ReactNode, useEffect, useRef } from "react";
import { type FieldProblem, incompleteForm } from "../api/problem.ts";
import { ProblemCallout } from "./callout.tsx";
import type { Action } from "./use-action.ts";
import { validityMessage } from "./validity.ts";

interface FormProps {
  readonly action: Action;
  readonly onSubmit: (values: FormValues) => Promise<void>;
  /** The fields that show their own errors. Any other refusal is shown above the form. */
  readonly fields?: readonly string[];
  readonly label?: string;
  readonly className?: string;
  readonly children: ReactNode;
}

export interface FormValues {
  text(name: string): string;
  checked(name: string): boolean;
}

export function Form({
  action,
  onSubmit,
  fields = [],
  label,
  className = "grid gap-4",
  children,
}: FormProps): ReactElement {
  const form = useRef<HTMLFormElement>(null);
  const { problem } = action;
  useEffect(() => {
    // Runs after the fields have been drawn with their errors.
    if (problem) form.current?.querySelector<HTMLElement>("[aria-invalid=true]")?.focus();
  }, [problem]);
  const shownInFields =
    problem?.code === "form_incomplete" ||
    (problem !== null && problem.errors.length > 0 && problem.errors.every(({ field }) => fields.includes(field)));

  function submit(event: FormEvent<HTMLFormElement>): void {
    event.preventDefault();
    event.stopPropagation();
    const invalid = invalidFields(event.currentTarget);
    if (invalid.length > 0) {
      action.fail(incompleteForm(invalid));
      return;
    }
    const data = new FormData(event.currentTarget);
    const values: FormValues = {
      text: (name) => {
        const value = data.get(name);
        return typeof value === "string" ? value : "";
      },
      checked: (name) => data.get(name) !== null,
    };
    void action.run(() => onSubmit(values));
  }

  return (
    <form ref={form} noValidate onSubmit={submit} aria-label={label} className={className}>
      {problem && !shownInFields && <ProblemCallout problem={problem} />}
      {children}
    </form>
  );
}

function invalidFields(form: HTMLFormElement): FieldProblem[] {
  return [...form.elements].flatMap((element) => {
    if (!(element instanceof HTMLInputElement || element instanceof HTMLSelectElement)) return [];
    const message = element.willValidate ? validityMessage(element) : null;
    return message === null ? [] : [{ field: element.name, message }];
  });
}
