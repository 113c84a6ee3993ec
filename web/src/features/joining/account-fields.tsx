// What every new account is asked for.
import type { ReactElement } from "react";
import { PasswordField, TextField } from "../../ui/field.tsx";
import type { FormValues } from "../../ui/form.tsx";
import type { NewAccount } from "../../api/session.ts";

export const ACCOUNT_FIELDS = ["name", "email", "password"] as const;

const PASSWORD_MIN_LENGTH = 10;

interface AccountFieldsProps {
  readonly errors: Readonly<Record<string, string>>;
  /** An invitation is for one address. */
  readonly fixedEmail?: string;
}

export function AccountFields({ errors, fixedEmail }: AccountFieldsProps): ReactElement {
  return (
    <>
      <TextField label="Your name" name="name" required maxLength={100} autoComplete="name" error={errors["name"]} />
      <TextField
        label="Email"
        name="email"
        type="email"
        required
        maxLength={254}
        autoComplete="username"
        error={errors["email"]}
        {...(fixedEmail === undefined
          ? {}
          : { value: fixedEmail, readOnly: true, hint: "The invitation is for this address." })}
      />
      <PasswordField
        label="Password"
        name="password"
        required
        minLength={PASSWORD_MIN_LENGTH}
        maxLength={256}
        autoComplete="new-password"
        hint={`At least ${PASSWORD_MIN_LENGTH} characters. A few random words are easy to keep and hard to guess.`}
        error={errors["password"]}
      />
    </>
  );
}

export function accountOf(values: FormValues): NewAccount {
  return { name: values.text("name"), email: values.text("email"), password: values.text("password") };
}
