// The browser's checks (`required`, `type`, `maxLength`, …) in our words. They stay at the field, unlike the browser's
// bubble.

interface CheckedControl {
  readonly name: string;
  readonly type: string;
  readonly minLength?: number;
  readonly validity: Pick<
    ValidityState,
    "valid" | "valueMissing" | "typeMismatch" | "tooShort" | "rangeUnderflow" | "rangeOverflow" | "badInput"
  >;
  readonly validationMessage: string;
}

/** The problem of a control, as a sentence that says what to enter, or `null`. */
export function validityMessage(control: CheckedControl): string | null {
  const { validity } = control;
  if (validity.valid) return null;
  if (validity.valueMissing) {
    if (control.type === "checkbox" || control.type === "radio") return "Choose one.";
    return control.type === "date" ? "Choose a date." : "Fill this in.";
  }
  if (validity.typeMismatch && control.type === "email") return "Enter an email address, like ada@example.com.";
  if (validity.tooShort) return `Use at least ${control.minLength ?? 1} characters.`;
  return control.validationMessage;
}
