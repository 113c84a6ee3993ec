import { Link, useSearch } from "@tanstack/react-router";
import type { ReactElement } from "react";
import { signIn } from "../../api/session.ts";
import { useInstance } from "../../session/use-session.ts";
import { LINK_CLASS, useArrive, Welcome } from "../../session/welcome.tsx";
import { Button } from "../../ui/button.tsx";
import { Callout } from "../../ui/callout.tsx";
import { PasswordField, TextField } from "../../ui/field.tsx";
import { Form } from "../../ui/form.tsx";
import { useAction } from "../../ui/use-action.ts";

const NOTICES: Readonly<Record<string, string>> = {
  "session-ended": "Your session has ended. Sign in to continue where you were.",
  "signed-out": "You are signed out on this browser.",
  "account-deleted": "Your account is deleted, and all its tokens are revoked.",
  "password-reset": "Your new password is set, and you are signed out everywhere. Sign in with it.",
};

export function SignInPage(): ReactElement {
  const { returnTo, notice } = useSearch({ from: "/open/sign-in" });
  const { signUp, mail } = useInstance();
  const action = useAction();
  const arrive = useArrive();
  const message = notice === undefined ? undefined : NOTICES[notice];
  return (
    <Welcome
      title="Sign in"
      after={
        <div className="grid gap-1.5">
          <Forgotten mail={mail} />
          {signUp === "open" ? (
            <p>
              New here?{" "}
              <Link to="/sign-up" className={LINK_CLASS}>
                Create an account
              </Link>
            </p>
          ) : (
            <p>New here? Ask a colleague who has an account to invite you.</p>
          )}
        </div>
      }
    >
      {message && !action.problem && (
        <Callout live="status" className="mb-4">
          {message}
        </Callout>
      )}
      <Form
        action={action}
        label="Sign in"
        onSubmit={async (values) => {
          const session = await signIn({ email: values.text("email"), password: values.text("password") });
          arrive(session, returnTo);
        }}
      >
        <TextField
          label="Email"
          name="email"
          type="email"
          required
          autoComplete="username"
          error={action.fieldErrors["email"]}
        />
        <PasswordField
          label="Password"
          name="password"
          required
          autoComplete="current-password"
          error={action.fieldErrors["password"]}
        />
        <Button type="submit" kind="primary" busy={action.pending} className="mt-1">
          Sign in
        </Button>
      </Form>
    </Welcome>
  );
}

function Forgotten({ mail }: { readonly mail: boolean }): ReactElement {
  if (!mail) return <p>Forgot your password? Ask an instance admin, since this server sends no email.</p>;
  return (
    <p>
      <Link to="/forgot-password" className={LINK_CLASS}>
        Forgot your password?
      </Link>
    </p>
  );
}
