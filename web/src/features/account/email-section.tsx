import { EMAIL_MAX_LENGTH, readableAddress } from "@mintmark/core";
import { useQueryClient } from "@tanstack/react-query";
import { type ReactElement, useState } from "react";
import { changeEmail, requestVerification } from "../../api/account.ts";
import { sessionQuery } from "../../api/session.ts";
import { FirstProofCallout } from "../../session/first-proof.tsx";
import { useDirectoryHost } from "../../session/host.tsx";
import { useInstance, useSession } from "../../session/use-session.ts";
import { useAnnounce } from "../../ui/announcer.tsx";
import { Badge } from "../../ui/badge.tsx";
import { Button } from "../../ui/button.tsx";
import { Callout, ProblemCallout } from "../../ui/callout.tsx";
import { PasswordField, TextField } from "../../ui/field.tsx";
import { Form } from "../../ui/form.tsx";
import { Section } from "../../ui/page.tsx";
import { useAction } from "../../ui/use-action.ts";

export function EmailSection(): ReactElement {
  const { user } = useSession();
  const host = useDirectoryHost();
  const [sentTo, setSentTo] = useState<string | null>(null);
  return (
    <Section
      title="Email"
      lead={host === null ? "You sign in with it, and receive invitations at it." : "You sign in with it."}
    >
      <div className="mb-6">
        <EmailVerification />
      </div>
      {sentTo !== null && sentTo !== user.email && (
        <div className="mb-6">
          <Callout tone="good" live="status" title={`Check the mailbox of ${sentTo}`}>
            Your address stays {readableAddress(user.email)} until you open the link in the email sent to the new one.
            If that address already has an account, its owner gets the email and nothing changes.
          </Callout>
        </div>
      )}
      <EmailForm onSent={setSentTo} />
    </Section>
  );
}

interface EmailFormProps {
  /** Receives the address that the confirmation email was sent to, or `null` when there is none. */
  readonly onSent: (address: string | null) => void;
}

function EmailForm({ onSent }: EmailFormProps): ReactElement {
  const { user } = useSession();
  const { mail } = useInstance();
  const action = useAction();
  const announce = useAnnounce();
  const queryClient = useQueryClient();
  const [saved, setSaved] = useState(0);
  const wrong = action.problem?.code === "password_wrong" ? "This is not your password." : null;
  return (
    <Form
      // A new key empties the password field after saving.
      key={saved}
      action={wrong ? { ...action, problem: null } : action}
      fields={["email", "password"]}
      label="Email"
      onSubmit={async (values) => {
        onSent(null);
        const confirmationSentTo = await changeEmail(values.text("email"), values.text("password"));
        await queryClient.invalidateQueries({ queryKey: sessionQuery.queryKey });
        if (confirmationSentTo === null) announce("Your email address is changed.");
        onSent(confirmationSentTo);
        setSaved(saved + 1);
      }}
    >
      <TextField
        label="Email"
        name="email"
        type="email"
        required
        maxLength={EMAIL_MAX_LENGTH}
        autoComplete="username"
        defaultValue={readableAddress(user.email)}
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
  );
}

/** The state of the address, and the button that sends the email to confirm it. */
function EmailVerification(): ReactElement {
  const { user } = useSession();
  const { mail } = useInstance();
  const action = useAction();
  const [sentTo, setSentTo] = useState<string | null>(null);
  const sent = sentTo === user.email;
  return (
    <div className="grid justify-items-start gap-3">
      <p className="flex flex-wrap items-center gap-2 wrap-anywhere">
        <strong className="font-semibold">{readableAddress(user.email)}</strong>
        {user.emailVerified ? <Badge tone="good">Confirmed</Badge> : <Badge tone="warning">Not confirmed</Badge>}
      </p>
      {!user.emailVerified && (
        <>
          <p className="text-[0.8125rem] text-soft">
            {mail
              ? "Services do not see the address until you open the link in the email sent to it. It works once, for one hour."
              : "Services do not see the address. A confirmation needs email, which this server does not send."}
          </p>
          {mail && user.confirmingEnds && <FirstProofCallout />}
          {action.problem && <ProblemCallout problem={action.problem} />}
          {sent && !action.problem && (
            <Callout tone="good" live="status" title="An email is on its way">
              Open the link in it on this browser, or on another one where you are signed in.
            </Callout>
          )}
          {mail && (
            <Button
              busy={action.pending}
              onClick={() =>
                void action.run(async () => {
                  await requestVerification();
                  setSentTo(user.email);
                })
              }
            >
              {sent ? "Send it again" : "Send me an email"}
            </Button>
          )}
        </>
      )}
    </div>
  );
}
