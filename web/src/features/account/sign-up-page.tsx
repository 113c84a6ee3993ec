import { Link } from "@tanstack/react-router";
import { Mail } from "lucide-react";
import type { ReactElement } from "react";
import { signUp } from "../../api/account.ts";
import { useDirectoryHost } from "../../session/host.tsx";
import { useInstance } from "../../session/use-session.ts";
import {
  ACCOUNT_FIELDS,
  AccountFields,
  accountOf,
  HostAccounts,
  LINK_CLASS,
  useArrive,
  Welcome,
} from "../../session/welcome.tsx";
import { Button, buttonClass } from "../../ui/button.tsx";
import { Form } from "../../ui/form.tsx";
import { Page } from "../../ui/page.tsx";
import { EmptyState } from "../../ui/placeholder.tsx";
import { useAction } from "../../ui/use-action.ts";

export function SignUpPage(): ReactElement {
  const { signUp: mode } = useInstance();
  const host = useDirectoryHost();
  if (host !== null) return <HostAccounts title="Create your account" host={host} />;
  return mode === "open" ? <SignUpForm /> : <InvitationNeeded />;
}

function SignUpForm(): ReactElement {
  const action = useAction();
  const arrive = useArrive();
  return (
    <Welcome
      title="Create your account"
      lead="You get a personal organization, and can join others by invitation."
      after={
        <p>
          Have an account?{" "}
          <Link to="/sign-in" className={LINK_CLASS}>
            Sign in
          </Link>
        </p>
      }
    >
      <Form
        action={action}
        fields={ACCOUNT_FIELDS}
        label="Create your account"
        onSubmit={async (values) => arrive(await signUp(accountOf(values)))}
      >
        <AccountFields errors={action.fieldErrors} />
        <Button type="submit" kind="primary" busy={action.pending} className="mt-1">
          Create account
        </Button>
      </Form>
    </Welcome>
  );
}

function InvitationNeeded(): ReactElement {
  return (
    <Page title="Create your account">
      <EmptyState
        icon={<Mail />}
        title="Joining needs an invitation"
        action={
          <Link to="/sign-in" className={buttonClass()}>
            Sign in instead
          </Link>
        }
      >
        <p>
          Ask a colleague who is an owner or admin of an organization here. They send you a link; open it to create your
          account.
        </p>
      </EmptyState>
    </Page>
  );
}
