// The page of an invitation, which shows its content before the person accepts it.
import { readableAddress } from "@mintmark/core";
import { TermLine } from "../../ui/facts.tsx";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { MailOpen, MailX } from "lucide-react";
import { type ReactElement, useEffect, useId } from "react";
import { previewInvitation } from "../../api/invitation.ts";
import { isSignedOut, isTransient, type Problem, toProblem } from "../../api/problem.ts";
import { sessionQuery } from "../../api/session.ts";
import type { InvitationPreview } from "../../api/types.ts";
import { useDirectoryHost } from "../../session/host.tsx";
import { usePendingLink } from "../../session/link-secret.ts";
import { HostAccounts } from "../../session/welcome.tsx";
import { buttonClass } from "../../ui/button.tsx";
import { Page, Panel } from "../../ui/page.tsx";
import { Bar, EmptyState, LoadFailure, Loading } from "../../ui/placeholder.tsx";
import { isolated } from "../../ui/text.ts";
import { Time } from "../../ui/time-view.tsx";
import { AcceptInvitation } from "./accept-invitation.tsx";

export function InvitationPage(): ReactElement {
  const { token, spend } = usePendingLink("/invitation");
  const host = useDirectoryHost();
  if (host !== null) return <HostAccounts title="Invitation" host={host} />;
  if (token === null) return <DeadInvitation />;
  return <OpenInvitation key={token} token={token} spend={spend} />;
}

interface OpenInvitationProps {
  readonly token: string;
  readonly spend: () => void;
}

function OpenInvitation({ token, spend }: OpenInvitationProps): ReactElement {
  // The key does not hold the token, and the response is not cached beyond the page.
  const invitation = useQuery({
    queryKey: ["invitation", useId()],
    queryFn: () => previewInvitation(token),
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: 0,
  });
  const preview = invitation.data ?? null;
  const problem = invitation.error === null ? null : toProblem(invitation.error);
  const session = useQuery({ ...sessionQuery, retry: false });
  const known = session.isSuccess || isSignedOut(session.error);
  useEffect(() => {
    if (problem !== null && !isTransient(problem)) spend();
  }, [problem, spend]);
  if (problem !== null && isTransient(problem)) {
    return (
      <Page title="Invitation">
        <LoadFailure error={problem} busy={invitation.isFetching} onRetry={() => void invitation.refetch()} />
      </Page>
    );
  }
  if (problem !== null) return <DeadInvitation problem={problem} />;
  if (preview === null || (!known && session.isPending)) {
    return (
      <Page title="Invitation">
        <Panel className="p-6">
          <Loading>
            <div className="grid gap-4">
              <Bar className="h-5 w-3/4" />
              <Bar className="w-1/2" />
              <Bar className="h-9 w-full" />
            </div>
          </Loading>
        </Panel>
      </Page>
    );
  }
  return (
    <Page title={`Join ${isolated(preview.organization.name)}`} lead={<Inviter preview={preview} />}>
      <Panel className="overflow-hidden">
        <InvitationFacts preview={preview} />
        <div className="p-5 sm:p-6">
          <AcceptInvitation token={token} preview={preview} session={session.data ?? null} spend={spend} />
        </div>
      </Panel>
    </Page>
  );
}

function Inviter({ preview }: { readonly preview: InvitationPreview }): ReactElement {
  return (
    <>
      {preview.invitedBy ? (
        <strong className="font-semibold text-ink">
          <bdi>{preview.invitedBy.name}</bdi>
        </strong>
      ) : (
        "Someone"
      )}{" "}
      invited you to an organization on this server.
    </>
  );
}

function InvitationFacts({ preview }: { readonly preview: InvitationPreview }): ReactElement {
  const facts = [
    ["Organization", preview.organization.name],
    ["Your role", preview.role],
    ["For", readableAddress(preview.email)],
  ] as const;
  return (
    <>
      <div className="reeded h-1" aria-hidden="true" />
      <dl className="grid gap-2 border-b border-line px-5 py-4 sm:px-6">
        {facts.map(([term, value]) => (
          <TermLine key={term} term={term}>
            <span className="font-medium">{value}</span>
          </TermLine>
        ))}
        <TermLine term="Open until">
          <span className="font-medium">
            <Time at={preview.expiresAt} as="date-time" />
          </span>
        </TermLine>
      </dl>
    </>
  );
}

function DeadInvitation({ problem }: { readonly problem?: Problem }): ReactElement {
  const expired = problem?.code === "invitation_expired";
  return (
    <Page title="Invitation">
      <EmptyState
        icon={problem ? <MailX /> : <MailOpen />}
        title={expired ? "This invitation has expired" : "This invitation link does not work"}
        action={
          <Link to="/" className={buttonClass()}>
            Go to Mintmark
          </Link>
        }
      >
        <p>
          {expired
            ? "Ask the person who invited you to send it again, with a new link."
            : "It was used, withdrawn or replaced, its sender may no longer invite you, or the link is incomplete. Open the whole newest link, or ask for a new one."}
        </p>
      </EmptyState>
    </Page>
  );
}
