import { Link, useSearch } from "@tanstack/react-router";
import type { ReactElement } from "react";
import { signIn } from "../../api/session.ts";
import { type Host, HostLink, useDirectoryHost } from "../../session/host.tsx";
import { hostSignIn } from "../../session/return-to.ts";
import { useInstance } from "../../session/use-session.ts";
import { LINK_CLASS, useArrive, Welcome } from "../../session/welcome.tsx";
import { Button, buttonClass } from "../../ui/button.tsx";
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
  const host = useDirectoryHost();
  const action = useAction();
  const arrive = useArrive();
  const message = notice === undefined ? undefined : NOTICES[notice];
  return (
    <Welcome
      title="Sign in"
      lead={host !== null && <SignInAtHost host={host} returnTo={returnTo} />}
      after={
        <div className="grid gap-1.5">
          {host === null && <AtHost returnTo={returnTo} />}
          <Forgotten mail={mail} isHosted={host !== null} />
          {host === null && <NewHere isOpen={signUp === "open"} />}
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
        onSubmit={async (values) =>
          arrive(await signIn({ email: values.text("email"), password: values.text("password") }), returnTo)
        }
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
        <Button type="submit" kind={host === null ? "primary" : "secondary"} busy={action.pending} className="mt-1">
          Sign in
        </Button>
      </Form>
    </Welcome>
  );
}

function AtHost({ returnTo = "" }: { readonly returnTo: string | undefined }): ReactElement | null {
  const instance = useInstance();
  const address = hostSignIn(instance, returnTo);
  if (address === null) return null;
  return (
    <p>
      <a href={address} className={LINK_CLASS}>
        Sign in at <bdi>{instance.host?.name ?? new URL(address).host}</bdi>
      </a>
    </p>
  );
}

function NewHere({ isOpen }: { readonly isOpen: boolean }): ReactElement {
  if (!isOpen) return <p>New here? Ask a colleague who has an account to invite you.</p>;
  return (
    <p>
      New here?{" "}
      <Link to="/sign-up" className={LINK_CLASS}>
        Create an account
      </Link>
    </p>
  );
}

/** Only instance admins sign in with a password where the host manages the directory. */
function SignInAtHost({
  host,
  returnTo,
}: {
  readonly host: Host;
  readonly returnTo: string | undefined;
}): ReactElement {
  const address = hostSignIn(useInstance(), returnTo ?? "");
  if (address === null) {
    return (
      <>
        Your tokens are in <HostLink host={host} />. Only instance admins sign in here.
      </>
    );
  }
  return (
    <span className="mt-2 grid justify-items-start gap-3">
      <a href={address} className={buttonClass("primary")}>
        Sign in with {host.name}
      </a>
      <span>Only instance admins sign in with a password here.</span>
    </span>
  );
}

function Forgotten({ mail, isHosted }: { readonly mail: boolean; readonly isHosted: boolean }): ReactElement {
  return (
    <p>
      <Link to="/forgot-password" className={LINK_CLASS}>
        Forgot your password?
      </Link>
      {!mail && ` Ask ${isHosted ? "the operator" : "an instance admin"} for a link to set a new one.`}
    </p>
  );
}
