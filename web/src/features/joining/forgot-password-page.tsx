import { Link } from "@tanstack/react-router";
import { MailCheck, MailX } from "lucide-react";
import { type ReactElement, useState } from "react";
import { forgotPassword } from "../../api/password.ts";
import { useInstance } from "../../session/use-session.ts";
import { Button, buttonClass } from "../../ui/button.tsx";
import { TextField } from "../../ui/field.tsx";
import { Form } from "../../ui/form.tsx";
import { Page } from "../../ui/page.tsx";
import { EmptyState } from "../../ui/placeholder.tsx";
import { useAction } from "../../ui/use-action.ts";
import { LINK_CLASS, Welcome } from "./welcome.tsx";

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
          maxLength={254}
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
        title="Look into your mailbox"
        action={
          <Link to="/sign-in" className={buttonClass()}>
            Back to signing in
          </Link>
        }
      >
        <p className="wrap-anywhere">
          If <strong className="font-semibold text-ink">{email}</strong> has an account here, an email is on its way.
          Its link works once, for one hour. Nothing there? Look among spam, and check the address.
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
        title="This server sends no mail"
        action={
          <Link to="/sign-in" className={buttonClass()}>
            Back to signing in
          </Link>
        }
      >
        <p>Ask an instance admin, the person who runs this server, to set up mail. Then you can reset your password.</p>
      </EmptyState>
    </Page>
  );
}
