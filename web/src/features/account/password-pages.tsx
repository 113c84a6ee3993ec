import { EMAIL_MAX_LENGTH } from "@mintmark/core";
import { Link, useNavigate } from "@tanstack/react-router";
import { MailCheck, MailX } from "lucide-react";
import { type ReactElement, useState } from "react";
import { forgotPassword, resetPassword } from "../../api/account.ts";
import { usePendingLink } from "../../session/link-secret.ts";
import { useInstance, useLeaveSession } from "../../session/use-session.ts";
import { DeadLink, LINK_CLASS, Welcome } from "../../session/welcome.tsx";
import { Button, buttonClass } from "../../ui/button.tsx";
import { Choice, NewPasswordField, TextField } from "../../ui/field.tsx";
import { Form } from "../../ui/form.tsx";
import { Page } from "../../ui/page.tsx";
import { EmptyState } from "../../ui/placeholder.tsx";
import { useAction } from "../../ui/use-action.ts";

const TITLE = "Set a new password";

export function ForgotPasswordPage(): ReactElement {
  const { mail } = useInstance();
  const [asked, setAsked] = useState<string | null>(null);
  if (!mail) return <NoMail />;
  return asked === null ? <AskForLetter onAsked={setAsked} /> : <LetterAskedFor email={asked} />;
}

function AskForLetter({ onAsked }: { readonly onAsked: (email: string) => void }): ReactElement {
  const action = useAction();
  return (
    <Welcome
      title={TITLE}
      lead="Enter your account's email address. You get an email with a link to choose a new password."
      after={
        <Link to="/sign-in" className={LINK_CLASS}>
          Back to signing in
        </Link>
      }
    >
      <Form
        action={action}
        fields={["email"]}
        label={TITLE}
        onSubmit={async (values) => {
          const email = values.text("email");
          await forgotPassword(email);
          onAsked(email);
        }}
      >
        <TextField
          label="Email"
          name="email"
          type="email"
          required
          maxLength={EMAIL_MAX_LENGTH}
          autoComplete="username"
          error={action.fieldErrors["email"]}
        />
        <Button type="submit" kind="primary" busy={action.pending} className="mt-1">
          Send the email
        </Button>
      </Form>
    </Welcome>
  );
}

function LetterAskedFor({ email }: { readonly email: string }): ReactElement {
  return (
    <Page title={TITLE}>
      <EmptyState
        icon={<MailCheck />}
        title="Check your mailbox"
        action={
          <Link to="/sign-in" className={buttonClass()}>
            Back to signing in
          </Link>
        }
      >
        <p className="wrap-anywhere">
          If <strong className="font-semibold text-ink">{email}</strong> has an account here, an email is on its way.
          Its link works once, for one hour. If nothing arrives, look in the spam folder, and check the address.
        </p>
      </EmptyState>
    </Page>
  );
}

function NoMail(): ReactElement {
  return (
    <Page title={TITLE}>
      <EmptyState
        icon={<MailX />}
        title="This server sends no email"
        action={
          <Link to="/sign-in" className={buttonClass()}>
            Back to signing in
          </Link>
        }
      >
        <p>
          Ask an instance admin for a link to set a new password. They make it on your account’s page, under Users. It
          works once, for one hour. If no instance admin can sign in, the person who runs this server makes the link
          with <code className="font-mono text-[0.8125rem]">mintmark-server password-reset</code>.
        </p>
      </EmptyState>
    </Page>
  );
}

// Sets a new password with the link in an email, or one that an instance admin made. The link signs nobody in: the person
// then signs in with the new password.

const NEW_PASSWORD_TITLE = "Choose a new password";

const UNCONFIRMED =
  " If the link was emailed to you and your address was not confirmed yet, they are revoked in any case, with everything else in the account.";

export function ResetPasswordPage(): ReactElement {
  const { token, spend } = usePendingLink("/reset-password");
  const action = useAction();
  const leave = useLeaveSession();
  const navigate = useNavigate();
  const { mail } = useInstance();
  const dead = action.problem?.status === 410 ? action.problem : undefined;
  if (token === null || dead) {
    return (
      <DeadLink
        title={NEW_PASSWORD_TITLE}
        problem={dead}
        to="/forgot-password"
        action={mail ? "Get another email" : "Get another link"}
      >
        Your password has not changed.
      </DeadLink>
    );
  }
  return (
    <Welcome title={NEW_PASSWORD_TITLE} lead="You are signed out everywhere. Then sign in with the new password.">
      <Form
        key={token}
        action={action}
        fields={["password"]}
        label={NEW_PASSWORD_TITLE}
        onSubmit={async (values) => {
          await resetPassword({
            token,
            password: values.text("password"),
            revokeTokens: values.checked("revokeTokens"),
          });
          spend();
          // The session of this browser has ended too.
          leave();
          await navigate({ to: "/sign-in", search: { notice: "password-reset" } });
        }}
      >
        <NewPasswordField label="New password" name="password" error={action.fieldErrors["password"]} />
        <Choice
          name="revokeTokens"
          label="Also revoke my tokens"
          hint={`All of them, in every organization. Choose this when someone else may have had your password.${mail ? UNCONFIRMED : ""}`}
        />
        <Button type="submit" kind="primary" busy={action.pending} className="mt-1">
          Set new password
        </Button>
      </Form>
    </Welcome>
  );
}
