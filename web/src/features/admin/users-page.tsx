// The users of the instance. The other files of this folder have one user, organizations, tokens, services, the audit
// log, metrics and the set-up. Rule: an instance admin is not a member of every organization, and sees only its
// outside. Each action first says what it will do.
import { readableAddress } from "@mintmark/core";
import { keepPreviousData, useInfiniteQuery } from "@tanstack/react-query";
import { Link, useSearch } from "@tanstack/react-router";
import { SearchX } from "lucide-react";
import { type ReactElement, useDeferredValue } from "react";
import { adminUsersQuery } from "../../api/admin.ts";
import type { AdminUser } from "../../api/types.ts";
import { RequireInstanceAdmin } from "../../session/require-permission.tsx";
import { useSession } from "../../session/use-session.ts";
import { Badge } from "../../ui/badge.tsx";
import { Button } from "../../ui/button.tsx";
import { SelectField } from "../../ui/field.tsx";
import { Page } from "../../ui/page.tsx";
import { EmptyState } from "../../ui/placeholder.tsx";
import { PagedList } from "../../ui/query-view.tsx";
import { Row, Rows } from "../../ui/rows.tsx";
import { Time } from "../../ui/time-view.tsx";
import { userFilterOf } from "./admin-search.ts";
import { SearchField, useListFilters } from "./list-filters.tsx";

const TITLE = "Users";

export function UsersPage(): ReactElement {
  return (
    <RequireInstanceAdmin title={TITLE}>
      <Users />
    </RequireInstanceAdmin>
  );
}

function Users(): ReactElement {
  const search = useSearch({ from: "/shell/admin/users" });
  const { change, clear, typedKey } = useListFilters("/admin/users", search);
  const filter = useDeferredValue(userFilterOf(search));
  const users = useInfiniteQuery({ ...adminUsersQuery(filter), placeholderData: keepPreviousData });
  return (
    <Page
      title={TITLE}
      lead="Everyone with an account on this server. Open an account to suspend the person, end sessions or revoke tokens."
    >
      <div className="grid gap-3 sm:grid-cols-[minmax(0,1fr)_14rem]">
        <SearchField
          key={typedKey}
          label="Search users"
          placeholder="Name, email or id"
          value={search.query ?? ""}
          onChange={(query) => change({ query })}
        />
        <SelectField
          label="Show"
          value={search.show ?? ""}
          onChange={(event) => change({ show: event.currentTarget.value })}
        >
          <option value="">Everyone</option>
          <option value="active">Active</option>
          <option value="suspended">Suspended</option>
          <option value="admins">Instance admins</option>
        </SelectField>
      </div>
      <PagedList
        query={users}
        more="Show more users"
        empty={
          <EmptyState
            icon={<SearchX />}
            title="Nobody matches"
            action={<Button onClick={clear}>Show everyone</Button>}
          />
        }
      >
        {(items) => (
          <Rows label="Users">
            {items.map((user) => (
              <UserRow key={user.id} user={user} />
            ))}
          </Rows>
        )}
      </PagedList>
    </Page>
  );
}

function UserRow({ user }: { readonly user: AdminUser }): ReactElement {
  const session = useSession();
  return (
    <Row
      title={
        <Link
          to="/admin/users/$userId"
          params={{ userId: user.id }}
          className="rounded-control hover:text-mint hover:underline"
        >
          <bdi>{user.name}</bdi>
        </Link>
      }
      muted={user.suspendedAt !== null}
      badges={
        <>
          {user.instanceAdmin && <Badge>Instance admin</Badge>}
          {user.id === session.user.id && <Badge tone="good">You</Badge>}
          {user.suspendedAt && <Badge tone="warning">Suspended</Badge>}
        </>
      }
      note={<bdi>{readableAddress(user.email)}</bdi>}
      facts={
        <>
          Since <Time at={user.createdAt} as="date" />
        </>
      }
    />
  );
}
