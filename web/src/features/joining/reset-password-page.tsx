// Choosing a new password by the link in a letter. Nobody is signed in by it: the new password is typed once more.
import { useNavigate } from "@tanstack/react-router";
import type { ReactElement } from "react";
import { resetPassword } from "../../api/password.ts";
import { useLeaveSession } from "../../session/use-session.ts";
import { Button } from "../../ui/button.tsx";
import { Choice, PasswordField } from "../../ui/field.tsx";
import { Form } from "../../ui/form.tsx";
import { useAction } from "../../ui/use-action.ts";
import { DeadLink } from "./dead-link.tsx";
import { usePendingLink } from "./pending-link.ts";
import { Welcome } from "./welcome.tsx";

const TITLE = "Choose a new password";

export function ResetPasswordPage(): ReactElement {
  const { token, spend } = usePendingLink("/reset-password");
  const action = useAction();
  const leave = useLeaveSession();
  const navigate = useNavigate();
  const dead = action.problem?.status === 410 ? action.problem : undefined;
  if (token === null || dead) {
    return (
      <DeadLink title={TITLE} problem={dead} to="/forgot-password" action="Get another email">
        Your password is what it was.
      </DeadLink>
    );
  }
  return (
    <Welcome title={TITLE} lead="It signs you out everywhere. Then sign in with the new password.">
      <Form
        key={token}
        action={action}
        fields={["password"]}
        label={TITLE}
        onSubmit={async (values) => {
          await resetPassword({
            token,
            password: values.text("password"),
            revokeTokens: values.checked("revokeTokens"),
          });
          spend();
          // Whoever was signed in on this browser no longer is.
          leave();
          await navigate({ to: "/sign-in", search: { notice: "password-reset" } });
        }}
      >
        <PasswordField
          label="New password"
          name="password"
          required
          minLength={10}
          maxLength={256}
          autoComplete="new-password"
          hint="At least 10 characters. A few random words are easy to keep and hard to guess."
          error={action.fieldErrors["password"]}
        />
        <Choice
          name="revokeTokens"
          label="Also revoke my tokens"
          hint="All of them, in every organization. Choose this when someone else may have had your password. If the address was not confirmed yet, they are revoked anyway, with everything else made in the account."
        />
        <Button type="submit" kind="primary" busy={action.pending} className="mt-1">
          Set new password
        </Button>
      </Form>
    </Welcome>
  );
}
