// The parts of the pages without a session: set-up, sign-in, sign-up, invitation. Rule: a code is removed from the
// address before anything is drawn (link-secret.ts), and the next page is always a path of this site (return-to.ts).
import { EMAIL_MAX_LENGTH, NAME_MAX_LENGTH } from "@mintmark/core";
import { useQueryClient } from "@tanstack/react-query";
import { Link, useRouter } from "@tanstack/react-router";
import { Building2, MailX } from "lucide-react";
import type { ReactElement, ReactNode } from "react";
import type { NewAccount } from "../api/account.ts";
import type { Problem } from "../api/problem.ts";
import { sessionQuery, signOut } from "../api/session.ts";
import type { Session } from "../api/types.ts";
import { Button, buttonClass } from "../ui/button.tsx";
import { ProblemCallout } from "../ui/callout.tsx";
import { NewPasswordField, TextField } from "../ui/field.tsx";
import type { FormValues } from "../ui/form.tsx";
import { Page, Panel } from "../ui/page.tsx";
import { EmptyState } from "../ui/placeholder.tsx";
import { isolated } from "../ui/text.ts";
import { useAction } from "../ui/use-action.ts";
import type { Host } from "./host.tsx";
import { rememberPerson } from "./last-person.ts";
import { safeReturnTo } from "./return-to.ts";
import { useEnterSession, useLeaveSession } from "./use-session.ts";

interface WelcomeProps {
  readonly title: string;
  readonly lead?: ReactNode;
  readonly children: ReactNode;
  /** Links below the panel. */
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

/** The page instead of one that lets people in, where the host does. */
export function HostAccounts({ title, host }: { readonly title: string; readonly host: Host }): ReactElement {
  return (
    <Page title={title}>
      <EmptyState
        icon={<Building2 />}
        title={`${isolated(host.name)} manages this`}
        action={
          <a href={host.url} className={buttonClass("primary")}>
            Go to {host.name}
          </a>
        }
      >
        <p>
          <bdi>{host.name}</bdi> manages who has an account here, and who is in which organization.
        </p>
      </EmptyState>
    </Page>
  );
}

export const LINK_CLASS: string =
  "font-medium text-mint underline decoration-mint-line underline-offset-3 hover:decoration-mint";

// The fields of every new account.

export const ACCOUNT_FIELDS = ["name", "email", "password"] as const;

interface AccountFieldsProps {
  readonly errors: Readonly<Record<string, string>>;
  /** The address of the invitation. */
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

/** Starts the session and opens the page that the person wanted. */
export function useArrive(): (session: Session, returnTo?: string) => void {
  const router = useRouter();
  const enter = useEnterSession();
  return (session, returnTo) => {
    rememberPerson(session.user.id);
    enter(session);
    router.history.replace(safeReturnTo(returnTo));
  };
}

interface DeadLinkProps {
  readonly title: string;
  readonly problem?: Problem | undefined;
  /** How to get another link. */
  readonly children: ReactNode;
  readonly to: "/forgot-password" | "/settings/profile";
  readonly action: string;
}

/** The page for a link that does not work: the reason, and how to get another. */
export function DeadLink({ title, problem, children, to, action }: DeadLinkProps): ReactElement {
  const expired = problem?.code === "link_expired";
  return (
    <Page title={title}>
      <EmptyState
        icon={<MailX />}
        title={expired ? "This link has expired" : "This link does not work"}
        action={
          <Link to={to} className={buttonClass("primary")}>
            {action}
          </Link>
        }
      >
        <p>
          {expired ? "It worked for one hour." : "It was used before, is incomplete, or is no longer valid."} {children}
        </p>
      </EmptyState>
    </Page>
  );
}

/** Signs out and stays on the page, which then asks the right account to sign in. */
export function SignOutAndContinue(): ReactElement {
  const action = useAction();
  const queryClient = useQueryClient();
  const leave = useLeaveSession();
  return (
    <>
      {action.problem && <ProblemCallout problem={action.problem} />}
      <Button
        busy={action.pending}
        onClick={() =>
          void action.run(async () => {
            await signOut();
            // Reset the query, so that the page requests the session again.
            await queryClient.resetQueries({ queryKey: sessionQuery.queryKey });
            leave();
          })
        }
      >
        Sign out and continue
      </Button>
    </>
  );
}
