import { useQuery, useQueryClient } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import type { ReactElement } from "react";
import { joinableQuery, joinOrganization } from "../../api/joining.ts";
import type { JoinableOrganization } from "../../api/types.ts";
import { useEnterSession, useInstance, useSession } from "../../session/use-session.ts";
import { useAnnounce } from "../../ui/announcer.tsx";
import { Badge } from "../../ui/badge.tsx";
import { Button, buttonClass } from "../../ui/button.tsx";
import { Notice, ProblemNotice } from "../../ui/notice.tsx";
import { LoadingRows } from "../../ui/placeholder.tsx";
import { QueryView } from "../../ui/query-view.tsx";
import { isolated } from "../../ui/isolated.ts";
import { Row, Rows } from "../../ui/rows.tsx";
import { useAction } from "../../ui/use-action.ts";

/** Organizations that are open to the domain of the person's confirmed address. */
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
        <Unconfirmed email={user.email} />
      ) : (
        <QueryView query={joinable} loading={<LoadingRows rows={1} />}>
          {({ items }) =>
            items.length === 0 ? (
              <p className="text-soft">
                No other organization is open to addresses like yours. To join one, ask an owner or admin of it to
                invite you.
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
    <Notice title="Your address is not confirmed">
      Organizations can be open to everyone with an address of their domain. Confirm that{" "}
      <strong className="font-semibold">{email}</strong> is yours to see whether one is.
      <div className="mt-2.5">
        <Link to="/settings/profile" className={buttonClass("secondary", "small")}>
          Go to your profile
        </Link>
      </div>
    </Notice>
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
          {action.problem && <ProblemNotice problem={action.problem} className="mt-1.5" />}
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
