// The pages on which a person arrives: set-up, sign-in, sign-up, invitation. One column, one thing to do.
// Rule: a code from a link is taken out of the address before anything is drawn (session/link-secret.ts), and
// where to go afterwards is a path of this very site (session/return-to.ts).
import { EMAIL_MAX_LENGTH, NAME_MAX_LENGTH } from "@mintmark/core";
import { Link, useRouter } from "@tanstack/react-router";
import { MailX } from "lucide-react";
import type { ReactElement, ReactNode } from "react";
import type { NewAccount } from "../api/account.ts";
import type { Problem } from "../api/problem.ts";
import type { Session } from "../api/types.ts";
import { buttonClass } from "../ui/button.tsx";
import { NewPasswordField, TextField } from "../ui/field.tsx";
import type { FormValues } from "../ui/form.tsx";
import { Page, Panel } from "../ui/page.tsx";
import { EmptyState } from "../ui/placeholder.tsx";
import { safeReturnTo } from "./return-to.ts";
import { useEnterSession } from "./use-session.ts";

interface WelcomeProps {
  readonly title: string;
  readonly lead?: ReactNode;
  readonly children: ReactNode;
  /** Below the panel: the way to another page. */
  readonly after?: ReactNode;
}

export function Welcome({ title, lead, children, after }: WelcomeProps): ReactElement {
  return (
    <Page title={title} lead={lead}>
      <Panel className="p-5 sm:p-6">{children}</Panel>
      {after && <div className="text-center text-balance text-soft">{after}</div>}
    </Page>
  );
}

export const LINK_CLASS: string =
  "font-medium text-mint underline decoration-mint-line underline-offset-3 hover:decoration-mint";

// What every new account is asked for.

export const ACCOUNT_FIELDS = ["name", "email", "password"] as const;

interface AccountFieldsProps {
  readonly errors: Readonly<Record<string, string>>;
  /** An invitation is for one address. */
  readonly fixedEmail?: string;
}

export function AccountFields({ errors, fixedEmail }: AccountFieldsProps): ReactElement {
  return (
    <>
      <TextField
        label="Your name"
        name="name"
        required
        maxLength={NAME_MAX_LENGTH}
        autoComplete="name"
        error={errors["name"]}
      />
      <TextField
        label="Email"
        name="email"
        type="email"
        required
        maxLength={EMAIL_MAX_LENGTH}
        autoComplete="username"
        error={errors["email"]}
        {...(fixedEmail === undefined
          ? {}
          : { value: fixedEmail, readOnly: true, hint: "The invitation is for this address." })}
      />
      <NewPasswordField label="Password" name="password" error={errors["password"]} />
    </>
  );
}

export function accountOf(values: FormValues): NewAccount {
  return { name: values.text("name"), email: values.text("email"), password: values.text("password") };
}

/** Goes to where the person wanted to be, as who they now are. */
export function useArrive(): (session: Session, returnTo?: string) => void {
  const router = useRouter();
  const enter = useEnterSession();
  return (session, returnTo) => {
    enter(session);
    router.history.replace(safeReturnTo(returnTo));
  };
}

interface DeadLinkProps {
  readonly title: string;
  readonly problem?: Problem | undefined;
  /** How to get another letter. */
  readonly children: ReactNode;
  readonly to: "/forgot-password" | "/settings/profile";
  readonly action: string;
}

/** A link from a letter that no longer works: why, and how to get another. */
export function DeadLink({ title, problem, children, to, action }: DeadLinkProps): ReactElement {
  const expired = problem?.code === "link_expired";
  return (
    <Page title={title}>
      <EmptyState
        icon={<MailX />}
        title={expired ? "This link's hour is over" : "This link does not work"}
        action={
          <Link to={to} className={buttonClass("primary")}>
            {action}
          </Link>
        }
      >
        <p>
          {expired
            ? "Links in emails work for one hour."
            : "It was used before, or is incomplete, or no longer counts."}{" "}
          {children}
        </p>
      </EmptyState>
    </Page>
  );
}
