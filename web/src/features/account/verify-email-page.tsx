// Confirms an address with the link in an email. The person must be signed in: the email alone proves nothing if
// another person opened the account with their address.
import { readableAddress } from "@mintmark/core";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { LogIn, MailCheck } from "lucide-react";
import { type ReactElement, useState } from "react";
import { verifyEmail } from "../../api/account.ts";
import { joinableQuery } from "../../api/invitation.ts";
import { sessionQuery } from "../../api/session.ts";
import type { EndedByProof, Session } from "../../api/types.ts";
import { endedText, FirstProofCallout } from "../../session/first-proof.tsx";
import { usePendingLink } from "../../session/link-secret.ts";
import { ReauthenticationProvider } from "../../session/reauthentication.tsx";
import { DeadLink, SignOutAndContinue } from "../../session/welcome.tsx";
import { Button, buttonClass } from "../../ui/button.tsx";
import { Callout, ProblemCallout } from "../../ui/callout.tsx";
import { Page, Panel } from "../../ui/page.tsx";
import { Bar, EmptyState, Loading } from "../../ui/placeholder.tsx";
import { useAction } from "../../ui/use-action.ts";

const TITLE = "Confirm your email address";

export function VerifyEmailPage(): ReactElement {
  const { token, spend } = usePendingLink("/verify-email");
  const session = useQuery({ ...sessionQuery, retry: false });
  const [confirmed, setConfirmed] = useState<Confirmation | null>(null);
  if (confirmed !== null) return <Confirmed {...confirmed} />;
  if (token === null) {
    return (
      <DeadLink title={TITLE} to="/settings/profile" action="Go to your profile">
        Your profile can send another email.
      </DeadLink>
    );
  }
  if (session.isPending) return <Waiting />;
  if (session.data === undefined) return <SignInFirst />;
  return (
    <ReauthenticationProvider>
      <ConfirmSignedIn
        key={token}
        token={token}
        session={session.data}
        onConfirmed={(confirmation) => {
          spend();
          setConfirmed(confirmation);
        }}
      />
    </ReauthenticationProvider>
  );
}

interface Confirmation {
  readonly email: string;
  readonly ended: EndedByProof | null;
}

interface ConfirmSignedInProps {
  readonly token: string;
  readonly session: Session;
  readonly onConfirmed: (confirmation: Confirmation) => void;
}

function ConfirmSignedIn({ token, session, onConfirmed }: ConfirmSignedInProps): ReactElement {
  const action = useAction();
  const queryClient = useQueryClient();
  const { problem } = action;
  if (problem?.status === 410) {
    return (
      <DeadLink title={TITLE} problem={problem} to="/settings/profile" action="Go to your profile">
        Your profile shows whether the address is confirmed, and can send another email.
      </DeadLink>
    );
  }
  return (
    <Page title={TITLE}>
      <Panel className="grid gap-4 p-5 sm:p-6">
        {problem?.code === "link_other_account" ? (
          <OtherAccount session={session} />
        ) : (
          <>
            <p className="wrap-anywhere">
              You are signed in as <strong className="font-semibold">{readableAddress(session.user.email)}</strong>. If
              the email with this link arrived in your mailbox, confirm the address. Services then see it as the address
              of this account.
            </p>
            {session.user.confirmingEnds && <FirstProofCallout />}
            {problem && <ProblemCallout problem={problem} />}
            <Button
              kind="primary"
              busy={action.pending}
              onClick={() =>
                void action.run(async () => {
                  const confirmation = await verifyEmail(token);
                  await queryClient.invalidateQueries();
                  onConfirmed(confirmation);
                })
              }
            >
              Confirm this address
            </Button>
          </>
        )}
      </Panel>
    </Page>
  );
}

function OtherAccount({ session }: { readonly session: Session }): ReactElement {
  return (
    <>
      <Callout tone="warning" live="alert" title="The email was for another account">
        You are signed in as <strong className="font-semibold">{readableAddress(session.user.email)}</strong>. Sign out,
        then sign in to the account that the email was sent to.
      </Callout>
      <SignOutAndContinue />
    </>
  );
}

function SignInFirst(): ReactElement {
  return (
    <Page title={TITLE}>
      <EmptyState
        icon={<LogIn />}
        title="Sign in to confirm it"
        action={
          <Link to="/sign-in" search={{ returnTo: "/verify-email" }} className={buttonClass("primary")}>
            Sign in
          </Link>
        }
      >
        <p>
          Only the owner of the account can confirm its address. If you have no account here, another person entered
          your address, and you need not do anything.
        </p>
      </EmptyState>
    </Page>
  );
}

function Confirmed({ email, ended }: Confirmation): ReactElement {
  const { data: joinable } = useQuery(joinableQuery);
  const offers = joinable?.items.length ?? 0;
  return (
    <Page title={TITLE}>
      <EmptyState
        icon={<MailCheck />}
        title="Your address is confirmed"
        action={
          offers > 0 ? (
            <Link to="/settings/organizations" className={buttonClass("primary")}>
              {offers === 1 ? "See the organization you can join" : `See ${offers} organizations you can join`}
            </Link>
          ) : (
            <Link to="/settings/tokens" className={buttonClass("primary")}>
              Go to your tokens
            </Link>
          )
        }
      >
        <p className="wrap-anywhere">
          <strong className="font-semibold text-ink">{email}</strong> is confirmed. If you were joining an organization,
          continue in the window where you started.
        </p>
        {endedText(ended) && <p>{endedText(ended)}</p>}
      </EmptyState>
    </Page>
  );
}

function Waiting(): ReactElement {
  return (
    <Page title={TITLE}>
      <Panel className="p-6">
        <Loading>
          <div className="grid gap-4">
            <Bar className="w-2/3" />
            <Bar className="h-9 w-full" />
          </div>
        </Loading>
      </Panel>
    </Page>
  );
}
