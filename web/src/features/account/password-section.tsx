import { useQueryClient } from "@tanstack/react-query";
import { type ReactElement, useState } from "react";
import { changePassword } from "../../api/account.ts";
import { tokensQuery } from "../../api/token.ts";
import { useSession } from "../../session/use-session.ts";
import { useAnnounce } from "../../ui/announcer.tsx";
import { Button } from "../../ui/button.tsx";
import { Choice, NewPasswordField, PasswordField } from "../../ui/field.tsx";
import { Form } from "../../ui/form.tsx";
import { Section } from "../../ui/page.tsx";
import { useAction } from "../../ui/use-action.ts";
import { passwordOutcome } from "./password-outcome.ts";

export function PasswordSection(): ReactElement {
  const { user } = useSession();
  const action = useAction();
  const announce = useAnnounce();
  const queryClient = useQueryClient();
  const [saved, setSaved] = useState(0);
  const wrong = action.problem?.code === "password_wrong" ? "This is not your password." : null;
  return (
    <Section title="Password" lead="A change signs you out on every other browser. Your tokens keep working.">
      <Form
        key={saved}
        action={wrong ? { ...action, problem: null } : action}
        fields={["currentPassword", "newPassword"]}
        label="Password"
        onSubmit={async (values) => {
          const outcome = await changePassword({
            currentPassword: values.text("currentPassword"),
            newPassword: values.text("newPassword"),
            revokeTokens: values.checked("revokeTokens"),
          });
          await queryClient.invalidateQueries({ queryKey: tokensQuery.queryKey });
          announce(passwordOutcome(outcome));
          setSaved(saved + 1);
        }}
      >
        <input type="text" name="username" autoComplete="username" value={user.email} readOnly hidden />
        <PasswordField
          label="Current password"
          name="currentPassword"
          required
          autoComplete="current-password"
          error={wrong ?? action.fieldErrors["currentPassword"]}
        />
        <NewPasswordField label="New password" name="newPassword" error={action.fieldErrors["newPassword"]} />
        <Choice
          name="revokeTokens"
          label="Also revoke my tokens"
          hint="All of them, in every organization. Choose this when someone else may have had your password."
        />
        <div>
          <Button type="submit" busy={action.pending}>
            Change password
          </Button>
        </div>
      </Form>
    </Section>
  );
}
