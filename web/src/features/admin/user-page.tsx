// One person's account, and what an instance admin can do about it.
import { useQuery } from "@tanstack/react-query";
import { Link, useParams } from "@tanstack/react-router";
import type { ReactElement } from "react";
import { adminUserQuery } from "../../api/admin-users.ts";
import type { AdminUserDetail } from "../../api/types.ts";
import { RequireInstanceAdmin } from "../../session/require-permission.tsx";
import { useSession } from "../../session/use-session.ts";
import { BackLink } from "../../ui/back-link.tsx";
import { Badge } from "../../ui/badge.tsx";
import { buttonClass } from "../../ui/button.tsx";
import { Page } from "../../ui/page.tsx";
import { QueryView } from "../../ui/query-view.tsx";
import { Row, Rows } from "../../ui/rows.tsx";
import { Time } from "../../ui/time-view.tsx";
import { Fact, Facts, IdFact } from "./facts.tsx";
import { UserActions } from "./user-actions.tsx";
import { countOf } from "./words.ts";

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
      lead={user.data && <bdi>{user.data.email}</bdi>}
      before={<BackLink to="/admin/users">Users</BackLink>}
      action={
        // Only below a name that is known: a long one would push it down.
        user.data && (
          <Link to="/admin/audit" search={{ actor: userId }} className={buttonClass()}>
            What they did
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
    <Facts>
      <Fact term="State">
        <span className="flex flex-wrap gap-1.5">
          {user.suspendedAt ? <Badge tone="warning">Suspended</Badge> : <Badge tone="good">Active</Badge>}
          {user.instanceAdmin && <Badge>Instance admin</Badge>}
          {user.id === session.user.id && <Badge tone="good">You</Badge>}
        </span>
      </Fact>
      <Fact term="Email">
        <bdi>{user.email}</bdi>{" "}
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
          {user.sessionCount === 0 ? "nowhere" : `with ${countOf(user.sessionCount, "browser")}`}
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
            facts={countOf(membership.tokenCount, "live token")}
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
