// The person's organizations, and those that they can join. Rule: a person joins only by their own action.
// Deliberately absent: settings and members, which are pages of the organization.
import { readableAddress } from "@mintmark/core";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import type { ReactElement } from "react";
import { joinableQuery, joinOrganization } from "../../api/invitation.ts";
import { switchOrganization } from "../../api/session.ts";
import type { JoinableOrganization, OrganizationMembership } from "../../api/types.ts";
import { ManagedByHost, useDirectoryHost } from "../../session/host.tsx";
import { useEnterSession, useInstance, useSession } from "../../session/use-session.ts";
import { useAnnounce } from "../../ui/announcer.tsx";
import { Badge } from "../../ui/badge.tsx";
import { Button, buttonClass } from "../../ui/button.tsx";
import { Callout, ProblemCallout } from "../../ui/callout.tsx";
import { Page } from "../../ui/page.tsx";
import { LoadingRows } from "../../ui/placeholder.tsx";
import { QueryView } from "../../ui/query-view.tsx";
import { Row, Rows } from "../../ui/rows.tsx";
import { isolated } from "../../ui/text.ts";
import { Time } from "../../ui/time-view.tsx";
import { useAction } from "../../ui/use-action.ts";

export function OrganizationsPage(): ReactElement {
  const { organization, organizations } = useSession();
  const host = useDirectoryHost();
  return (
    <Page title="Organizations" lead="A token works only in the organization that it was minted in.">
      {host !== null && <ManagedByHost host={host} what="which organizations there are, and who is a member" />}
      <section aria-labelledby="mine-heading" className="grid gap-3">
        <h2 id="mine-heading" className="text-[0.9375rem] font-semibold">
          Your organizations
        </h2>
        {organizations.length === 0 ? (
          <p className="text-soft">You are in no organization.</p>
        ) : (
          <Rows label="My organizations">
            {organizations.map((own) => (
              <OwnRow key={own.id} own={own} isActive={own.id === organization?.id} />
            ))}
          </Rows>
        )}
      </section>
      {host === null && <JoinableOrganizations />}
    </Page>
  );
}

function OwnRow({ own, isActive }: { readonly own: OrganizationMembership; readonly isActive: boolean }): ReactElement {
  const action = useAction();
  const enter = useEnterSession();
  const announce = useAnnounce();
  const suspended = own.state === "suspended";
  return (
    <Row
      title={<bdi>{own.name}</bdi>}
      muted={suspended}
      badges={
        <>
          <Badge>{own.personal ? "Only you" : own.role}</Badge>
          {isActive && <Badge tone="good">Active</Badge>}
          {suspended && <Badge tone="warning">You are suspended</Badge>}
        </>
      }
      note={
        <>
          {own.personal ? (
            "Only for you. It exists as long as your account."
          ) : (
            <>
              Created <Time at={own.createdAt} as="date" />
            </>
          )}
          {action.problem && <ProblemCallout problem={action.problem} className="mt-1.5" />}
        </>
      }
      action={
        !isActive &&
        !suspended && (
          <Button
            size="small"
            busy={action.pending}
            aria-label={`Switch to ${isolated(own.name)}`}
            onClick={() =>
              void action.run(async () => {
                enter(await switchOrganization(own.id));
                announce(`You are now acting in ${isolated(own.name)}.`);
              })
            }
          >
            Switch
          </Button>
        )
      }
    />
  );
}

/** The organizations that are open to the domain of the person's confirmed address. */
export function JoinableOrganizations(): ReactElement {
  const { user } = useSession();
  const { mail } = useInstance();
  const joinable = useQuery(joinableQuery);
  return (
    <section aria-labelledby="joinable-heading" className="grid gap-3">
      <h2 id="joinable-heading" className="text-[0.9375rem] font-semibold">
        You can join
      </h2>
      {!user.emailVerified && mail ? (
        <Unconfirmed email={readableAddress(user.email)} />
      ) : (
        <QueryView query={joinable} loading={<LoadingRows rows={1} />}>
          {({ items }) =>
            items.length === 0 ? (
              <p className="text-soft">
                No other organization is open to your domain. To join one, ask one of its owners or admins to invite
                you.
              </p>
            ) : (
              <Rows label="Organizations you can join">
                {items.map((offer) => (
                  <OfferRow key={offer.organization.id} offer={offer} />
                ))}
              </Rows>
            )
          }
        </QueryView>
      )}
    </section>
  );
}

function Unconfirmed({ email }: { readonly email: string }): ReactElement {
  return (
    <Callout title="Your address is not confirmed">
      Organizations can be open to everyone with an address at their domain. Confirm that{" "}
      <strong className="font-semibold">{email}</strong> is yours to see whether one is.
      <div className="mt-2.5">
        <Link to="/settings/profile" className={buttonClass("secondary", "small")}>
          Go to your profile
        </Link>
      </div>
    </Callout>
  );
}

function OfferRow({ offer }: { readonly offer: JoinableOrganization }): ReactElement {
  const action = useAction();
  const enter = useEnterSession();
  const announce = useAnnounce();
  const queryClient = useQueryClient();
  const { organization, role, domain } = offer;
  return (
    <Row
      title={<bdi>{organization.name}</bdi>}
      badges={<Badge>{role}</Badge>}
      note={
        <>
          Open to everyone with an address at {domain}
          {action.problem && <ProblemCallout problem={action.problem} className="mt-1.5" />}
        </>
      }
      action={
        <Button
          size="small"
          kind="primary"
          busy={action.pending}
          aria-label={`Join ${isolated(organization.name)}`}
          onClick={() =>
            void action.run(async () => {
              enter(await joinOrganization(organization.id));
              announce(`You are now a member of ${isolated(organization.name)}.`);
              await queryClient.invalidateQueries({ queryKey: joinableQuery.queryKey });
            })
          }
        >
          Join
        </Button>
      }
    />
  );
}
