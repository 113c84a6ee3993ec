// One person's account, with the actions of an instance admin.
import { readableAddress } from "@mintmark/core";
import { useQuery } from "@tanstack/react-query";
import { Link, useParams } from "@tanstack/react-router";
import { type ReactElement, useState } from "react";
import { adminUserQuery } from "../../api/admin.ts";
import type { AdminUserDetail } from "../../api/types.ts";
import { RequireInstanceAdmin } from "../../session/require-permission.tsx";
import { useDirectoryHost } from "../../session/host.tsx";
import { useSession } from "../../session/use-session.ts";
import { Badge } from "../../ui/badge.tsx";
import { Button, buttonClass } from "../../ui/button.tsx";
import { useConfirmedAction } from "../../ui/dialog.tsx";
import { Fact, Facts, IdFact } from "../../ui/facts.tsx";
import { BackLink, Page, Section } from "../../ui/page.tsx";
import { QueryView } from "../../ui/query-view.tsx";
import { Row, Rows } from "../../ui/rows.tsx";
import { counted } from "../../ui/text.ts";
import { Time } from "../../ui/time-view.tsx";
import { ResetLinkDialog, RevokeUserTokensDialog, type UserAction, useUserConfirmations } from "./user-dialogs.tsx";

const TITLE = "User";

export function UserPage(): ReactElement {
  return (
    <RequireInstanceAdmin title={TITLE}>
      <User />
    </RequireInstanceAdmin>
  );
}

function User(): ReactElement {
  const { userId } = useParams({ from: "/shell/admin/users/$userId" });
  const user = useQuery(adminUserQuery(userId));
  return (
    <Page
      title={user.data?.name ?? TITLE}
      lead={user.data && <bdi>{readableAddress(user.data.email)}</bdi>}
      before={<BackLink to="/admin/users">Users</BackLink>}
      action={
        // Drawn after the name has loaded, since a long name would move it.
        user.data && (
          <Link to="/admin/audit" search={{ actor: userId }} className={buttonClass()}>
            Their actions
          </Link>
        )
      }
    >
      <QueryView query={user}>
        {(data) => (
          <div className="grid gap-8">
            <AccountFacts user={data} />
            <Memberships user={data} />
            <UserActions user={data} />
          </div>
        )}
      </QueryView>
    </Page>
  );
}

function AccountFacts({ user }: { readonly user: AdminUserDetail }): ReactElement {
  const session = useSession();
  return (
    <Facts look="panel">
      <Fact term="State">
        <span className="flex flex-wrap gap-1.5">
          {user.suspendedAt ? <Badge tone="warning">Suspended</Badge> : <Badge tone="good">Active</Badge>}
          {user.instanceAdmin && <Badge>Instance admin</Badge>}
          {user.id === session.user.id && <Badge tone="good">You</Badge>}
        </span>
      </Fact>
      <Fact term="Email">
        <bdi>{readableAddress(user.email)}</bdi>{" "}
        <span className="text-soft">({user.emailVerified ? "confirmed" : "not confirmed"})</span>
      </Fact>
      <Fact term="Account since">
        <Time at={user.createdAt} as="date-time" />
      </Fact>
      {user.suspendedAt ? (
        <Fact term="Suspended since">
          <Time at={user.suspendedAt} as="date-time" />
        </Fact>
      ) : (
        <Fact term="Signed in">
          {user.sessionCount === 0 ? "nowhere" : `with ${counted(user.sessionCount, "browser")}`}
        </Fact>
      )}
      <IdFact id={user.id} what="user" />
    </Facts>
  );
}

function Memberships({ user }: { readonly user: AdminUserDetail }): ReactElement {
  return (
    <section aria-labelledby="memberships" className="grid gap-3">
      <h2 id="memberships" className="text-[0.9375rem] font-semibold">
        Organizations
      </h2>
      <Rows label="Organizations">
        {user.memberships.map((membership) => (
          <Row
            key={membership.id}
            title={
              <Link
                to="/admin/organizations/$organizationId"
                params={{ organizationId: membership.organization.id }}
                className="rounded-control hover:text-mint hover:underline"
              >
                <bdi>{membership.organization.name}</bdi>
              </Link>
            }
            badges={
              <>
                <Badge>{membership.role}</Badge>
                {membership.organization.personal && <Badge>Personal</Badge>}
                {membership.state === "suspended" && <Badge tone="warning">Suspended here</Badge>}
              </>
            }
            note={
              <>
                Since <Time at={membership.joinedAt} as="date" />
              </>
            }
            facts={counted(membership.tokenCount, "live token")}
          />
        ))}
      </Rows>
      {user.membershipCount > user.memberships.length && (
        <p className="text-soft">
          These are the first {user.memberships.length} of {user.membershipCount}.
        </p>
      )}
    </section>
  );
}

/** All actions on an account, from the mildest to the most severe. */
export function UserActions({ user }: { readonly user: AdminUserDetail }): ReactElement {
  const session = useSession();
  const { ask, dialog } = useConfirmedAction();
  const [revoking, setRevoking] = useState(false);
  const [resetting, setResetting] = useState(false);
  const confirmation = useUserConfirmations();
  const self = user.id === session.user.id;
  const host = useDirectoryHost();
  const askAbout = (action: UserAction): void => ask(confirmation(action, user));
  return (
    <>
      <SessionsSection user={user} self={self} onAsk={askAbout} />
      <TokensSection user={user} onRevoke={() => setRevoking(true)} />
      {host === null && <PasswordSection user={user} self={self} onReset={() => setResetting(true)} />}
      <StandingSection user={user} self={self} onAsk={askAbout} />
      <SuspensionSection user={user} self={self} onAsk={askAbout} />
      {dialog}
      <ResetLinkDialog user={user} open={resetting} onClose={() => setResetting(false)} />
      <RevokeUserTokensDialog user={user} open={revoking} onClose={() => setRevoking(false)} />
    </>
  );
}

interface ActionSectionProps {
  readonly user: AdminUserDetail;
  /** Whether it is the account of the reader. */
  readonly self: boolean;
  readonly onAsk: (action: UserAction) => void;
}

function SessionsSection({ user, self, onAsk }: ActionSectionProps): ReactElement {
  return (
    <Section title="Sessions" lead="Ending sessions signs browsers out. Tokens keep working.">
      <div className="grid justify-items-start gap-3">
        <p>
          {user.sessionCount === 0
            ? "No browser is signed in."
            : `${counted(user.sessionCount, "browser")} ${user.sessionCount === 1 ? "is" : "are"} signed in.`}
        </p>
        <Button disabled={user.sessionCount === (self ? 1 : 0)} onClick={() => onAsk("end-sessions")}>
          {self ? "End other sessions" : "End all sessions"}
        </Button>
      </div>
    </Section>
  );
}

interface TokensSectionProps {
  readonly user: AdminUserDetail;
  readonly onRevoke: () => void;
}

function TokensSection({ user, onRevoke }: TokensSectionProps): ReactElement {
  return (
    <Section title="Tokens" lead="Personal access tokens in every organization. API keys belong to organizations.">
      <div className="grid justify-items-start gap-3">
        <p>{user.tokenCount === 0 ? "No token is live." : `${counted(user.tokenCount, "token")} live.`}</p>
        <div className="flex flex-wrap gap-2">
          <Link to="/admin/tokens" search={{ user: user.id }} className={buttonClass()}>
            See their tokens
          </Link>
          <Button disabled={user.tokenCount === 0} onClick={onRevoke}>
            Revoke tokens…
          </Button>
        </div>
      </div>
    </Section>
  );
}

interface PasswordSectionProps {
  readonly user: AdminUserDetail;
  readonly self: boolean;
  readonly onReset: () => void;
}

function PasswordSection({ user, self, onReset }: PasswordSectionProps): ReactElement {
  return (
    <Section title="Password" lead="For a person who forgot theirs and cannot reset it by email.">
      <div className="grid justify-items-start gap-3">
        <p>{passwordText(user, self)}</p>
        <Button disabled={user.instanceAdmin || user.suspendedAt !== null} onClick={onReset}>
          Make a reset link…
        </Button>
      </div>
    </Section>
  );
}

function StandingSection({ user, self, onAsk }: ActionSectionProps): ReactElement {
  return (
    <Section title="Instance admin" lead="Manages the users, organizations and services of this server.">
      <div className="grid justify-items-start gap-3">
        <p>{standingOf(user, self)}</p>
        {user.instanceAdmin ? (
          <Button onClick={() => onAsk("dismiss")}>{self ? "Step down" : "Dismiss instance admin"}</Button>
        ) : (
          <Button disabled={user.suspendedAt !== null} onClick={() => onAsk("appoint")}>
            Appoint instance admin
          </Button>
        )}
      </div>
    </Section>
  );
}

function SuspensionSection({ user, self, onAsk }: ActionSectionProps): ReactElement {
  return (
    <Section
      title={user.suspendedAt ? "Suspended" : "Suspension"}
      danger
      lead="Stops the person everywhere, until you reinstate them."
    >
      <div className="grid justify-items-start gap-3">
        <p>{suspensionOf(user, self)}</p>
        {!self &&
          (user.suspendedAt ? (
            <Button onClick={() => onAsk("reinstate")}>Reinstate user</Button>
          ) : (
            <Button kind="danger" onClick={() => onAsk("suspend")}>
              Suspend user
            </Button>
          ))}
      </div>
    </Section>
  );
}

function passwordText({ instanceAdmin, suspendedAt }: AdminUserDetail, self: boolean): string {
  if (self) return "Change your own password on your profile.";
  if (instanceAdmin)
    return "No instance admin sets the password of another. Dismiss them first, or run mintmark-server password-reset on the server.";
  if (suspendedAt) return "They could not sign in. Reinstate them before you make a link.";
  return "You get a link to give to them. They get a notice that you made it.";
}

function standingOf({ instanceAdmin, suspendedAt }: AdminUserDetail, self: boolean): string {
  if (instanceAdmin) return self ? "You are an instance admin." : "They are an instance admin.";
  if (suspendedAt) return "They are not an instance admin. Reinstate them before you appoint them.";
  return "They are not an instance admin.";
}

function suspensionOf({ suspendedAt }: AdminUserDetail, self: boolean): string {
  if (self) return "You cannot suspend yourself. Ask another instance admin, or delete your account on your profile.";
  if (suspendedAt) return "They cannot sign in, and their tokens are refused everywhere.";
  return "Signs them out, prevents sign-in, and pauses all their tokens at once, in every organization.";
}
