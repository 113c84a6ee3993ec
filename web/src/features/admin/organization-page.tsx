// One organization from outside: what it is, who owns it, and the one thing an instance admin does to it.
import { useQuery } from "@tanstack/react-query";
import { Link, useParams } from "@tanstack/react-router";
import { UserPlus } from "lucide-react";
import { type ReactElement, useState } from "react";
import { adminOrganizationQuery } from "../../api/admin-organizations.ts";
import type { AdminOrganizationDetail } from "../../api/types.ts";
import { RequireInstanceAdmin } from "../../session/require-permission.tsx";
import { BackLink } from "../../ui/back-link.tsx";
import { Badge } from "../../ui/badge.tsx";
import { Button, buttonClass } from "../../ui/button.tsx";
import { Notice } from "../../ui/notice.tsx";
import { Page } from "../../ui/page.tsx";
import { QueryView } from "../../ui/query-view.tsx";
import { Row, Rows } from "../../ui/rows.tsx";
import { Time } from "../../ui/time-view.tsx";
import { AppointOwnerDialog } from "./appoint-owner-dialog.tsx";
import { Fact, Facts, IdFact } from "./facts.tsx";
import { isOwnerless, OrganizationBadges } from "./organization-badges.tsx";
import { countOf } from "./words.ts";

const TITLE = "Organization";

export function AdminOrganizationPage(): ReactElement {
  return (
    <RequireInstanceAdmin title={TITLE}>
      <Organization />
    </RequireInstanceAdmin>
  );
}

function Organization(): ReactElement {
  const { organizationId } = useParams({ from: "/shell/admin/organizations/$organizationId" });
  const organization = useQuery(adminOrganizationQuery(organizationId));
  return (
    <Page
      title={organization.data?.name ?? TITLE}
      lead={organization.data && leadOf(organization.data)}
      before={<BackLink to="/admin/organizations">Organizations</BackLink>}
      // Only below a name that is known: a long one would push them down.
      action={organization.data && <WaysOn organizationId={organizationId} />}
    >
      <QueryView query={organization}>
        {(data) => (
          <div className="grid gap-8">
            <OrganizationFacts organization={data} />
            {data.deletedAt === null && <Owners organization={data} />}
          </div>
        )}
      </QueryView>
    </Page>
  );
}

function leadOf({ personal }: AdminOrganizationDetail): string {
  return personal ? "Somebody’s personal organization." : "An organization of this server.";
}

function WaysOn({ organizationId }: { readonly organizationId: string }): ReactElement {
  return (
    <>
      <Link to="/admin/tokens" search={{ organization: organizationId }} className={buttonClass()}>
        Its tokens
      </Link>
      <Link to="/admin/audit" search={{ organization: organizationId }} className={buttonClass()}>
        Its audit log
      </Link>
    </>
  );
}

function OrganizationFacts({ organization }: { readonly organization: AdminOrganizationDetail }): ReactElement {
  return (
    <Facts>
      <Fact term="State">
        <span className="flex flex-wrap gap-1.5">
          <OrganizationBadges organization={organization} />
          {organization.deletedAt === null && organization.activeOwnerCount > 0 && <Badge tone="good">Active</Badge>}
        </span>
      </Fact>
      <Fact term="Members">{countOf(organization.memberCount, "member")}</Fact>
      <Fact term="Tokens">{countOf(organization.tokenCount, "live token")}</Fact>
      <Fact term="API keys">{countOf(organization.apiKeyCount, "live key")}</Fact>
      <Fact term="Since">
        <Time at={organization.createdAt} as="date-time" />
      </Fact>
      {organization.deletedAt && (
        <Fact term="Deleted">
          <Time at={organization.deletedAt} as="date-time" />
        </Fact>
      )}
      <IdFact id={organization.id} what="organization" />
    </Facts>
  );
}

function Owners({ organization }: { readonly organization: AdminOrganizationDetail }): ReactElement {
  const [appointing, setAppointing] = useState(false);
  return (
    <section aria-labelledby="owners" className="grid gap-3">
      <div className="flex flex-wrap items-center justify-between gap-2">
        <h2 id="owners" className="text-[0.9375rem] font-semibold">
          Owners
        </h2>
        {!organization.personal && (
          <Button size="small" onClick={() => setAppointing(true)}>
            <UserPlus aria-hidden="true" />
            Appoint owner
          </Button>
        )}
      </div>
      {isOwnerless(organization) && (
        <Notice tone="warning" title="Nobody can administer this organization">
          <p>Its owners have left or are suspended. Appoint somebody, or reinstate one of them.</p>
        </Notice>
      )}
      {organization.owners.length > 0 && (
        <Rows label="Owners">
          {organization.owners.map(({ membershipId, user, state, joinedAt }) => (
            <Row
              key={membershipId}
              title={
                <Link
                  to="/admin/users/$userId"
                  params={{ userId: user.id }}
                  className="rounded-control hover:text-mint hover:underline"
                >
                  <bdi>{user.name}</bdi>
                </Link>
              }
              badges={state === "suspended" && <Badge tone="warning">Suspended</Badge>}
              note={<bdi>{user.email}</bdi>}
              facts={
                <>
                  Since <Time at={joinedAt} as="date" />
                </>
              }
            />
          ))}
        </Rows>
      )}
      <AppointOwnerDialog organization={organization} open={appointing} onClose={() => setAppointing(false)} />
    </section>
  );
}
