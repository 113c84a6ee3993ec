import { useQueryClient } from "@tanstack/react-query";
import { type ReactElement, useState } from "react";
import { changeEmail } from "../../api/account.ts";
import { sessionQuery } from "../../api/session.ts";
import { useInstance, useSession } from "../../session/use-session.ts";
import { useAnnounce } from "../../ui/announcer.tsx";
import { Button } from "../../ui/button.tsx";
import { PasswordField, TextField } from "../../ui/field.tsx";
import { Form } from "../../ui/form.tsx";
import { Notice } from "../../ui/notice.tsx";
import { Section } from "../../ui/page.tsx";
import { useAction } from "../../ui/use-action.ts";
import { EmailVerification } from "./email-verification.tsx";

export function EmailSection(): ReactElement {
  const { user } = useSession();
  const { mail } = useInstance();
  const action = useAction();
  const announce = useAnnounce();
  const queryClient = useQueryClient();
  const [saved, setSaved] = useState(0);
  const [sentTo, setSentTo] = useState<string | null>(null);
  const wrong = action.problem?.code === "password_wrong" ? "This is not your password." : null;
  return (
    <Section title="Email" lead="You sign in with it, and invitations to it are for you.">
      <div className="mb-6">
        <EmailVerification />
      </div>
      {sentTo !== null && sentTo !== user.email && (
        <div className="mb-6">
          <Notice tone="good" live="status" title={`Check the mailbox of ${sentTo}`}>
            Your address stays {user.email} until you open the link in the email sent to the new one. If that address
            has an account already, the letter goes to its owner and nothing changes.
          </Notice>
        </div>
      )}
      <Form
        // After saving, the password field is empty again.
        key={saved}
        action={wrong ? { ...action, problem: null } : action}
        fields={["email", "password"]}
        label="Email"
        onSubmit={async (values) => {
          setSentTo(null);
          const confirmationSentTo = await changeEmail(values.text("email"), values.text("password"));
          await queryClient.invalidateQueries({ queryKey: sessionQuery.queryKey });
          if (confirmationSentTo === null) announce("Your email address is changed.");
          setSentTo(confirmationSentTo);
          setSaved(saved + 1);
        }}
      >
        <TextField
          label="Email"
          name="email"
          type="email"
          required
          maxLength={254}
          autoComplete="username"
          defaultValue={user.email}
          hint={
            mail
              ? "A new address takes effect when you open the link in the email sent to it. The old address gets an email too."
              : undefined
          }
          error={action.fieldErrors["email"]}
        />
        <PasswordField
          label="Current password"
          name="password"
          required
          autoComplete="current-password"
          error={wrong ?? action.fieldErrors["password"]}
        />
        <div>
          <Button type="submit" busy={action.pending}>
            Change email
          </Button>
        </div>
      </Form>
    </Section>
  );
}
