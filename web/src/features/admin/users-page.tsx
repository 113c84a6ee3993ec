// What an instance admin does for the whole server: here its users, in services-page.tsx the services that
// verify tokens. Rule: an instance admin is no member anywhere by that; nothing here shows what is inside
// an organization.
import { keepPreviousData, useQuery, useQueryClient } from "@tanstack/react-query";
import { SearchX } from "lucide-react";
import { type ReactElement, useDeferredValue, useState } from "react";
import { adminUsersQuery, reinstateUser, suspendUser } from "../../api/admin.ts";
import type { AdminUser } from "../../api/types.ts";
import { RequireInstanceAdmin } from "../../session/require-permission.tsx";
import { useSession } from "../../session/use-session.ts";
import { useAnnounce } from "../../ui/announcer.tsx";
import { Badge } from "../../ui/badge.tsx";
import { Button } from "../../ui/button.tsx";
import { ConfirmAction, type Confirmation } from "../../ui/confirm-action.tsx";
import { TextField } from "../../ui/field.tsx";
import { Notice } from "../../ui/notice.tsx";
import { Page } from "../../ui/page.tsx";
import { EmptyState } from "../../ui/placeholder.tsx";
import { QueryView } from "../../ui/query-view.tsx";
import { Row, Rows } from "../../ui/rows.tsx";
import { Time } from "../../ui/time-view.tsx";

const TITLE = "Users";

export function UsersPage(): ReactElement {
  return (
    <RequireInstanceAdmin title={TITLE}>
      <Users />
    </RequireInstanceAdmin>
  );
}

function Users(): ReactElement {
  const [search, setSearch] = useState("");
  const words = useDeferredValue(search.trim());
  const users = useQuery({ ...adminUsersQuery(words), placeholderData: keepPreviousData });
  return (
    <Page
      title={TITLE}
      lead="Everyone with an account on this server. Suspending someone ends their sessions and stops all their tokens."
    >
      <TextField
        label="Search users"
        type="search"
        autoComplete="off"
        value={search}
        onChange={(event) => setSearch(event.currentTarget.value)}
        className="max-w-80"
      />
      <QueryView query={users}>
        {({ items, nextCursor }) =>
          items.length === 0 ? (
            <EmptyState icon={<SearchX />} title="Nobody matches" />
          ) : (
            <div className="grid gap-4">
              <UserRows users={items} />
              {nextCursor && <Notice>Only the first {items.length} are shown. Search to find others.</Notice>}
            </div>
          )
        }
      </QueryView>
    </Page>
  );
}

function UserRows({ users }: { readonly users: readonly AdminUser[] }): ReactElement {
  const session = useSession();
  const queryClient = useQueryClient();
  const announce = useAnnounce();
  const [confirmation, setConfirmation] = useState<Confirmation | null>(null);

  async function done(message: string): Promise<void> {
    await queryClient.invalidateQueries({ queryKey: ["admin", "users"] });
    announce(message);
  }

  function askSuspend({ id, name, email }: AdminUser): void {
    setConfirmation({
      title: `Suspend ${name}?`,
      confirmLabel: "Suspend user",
      body: (
        <p>
          {email} is signed out everywhere, and all their tokens stop at once, in every organization, until you
          reinstate them.
        </p>
      ),
      work: async () => {
        await suspendUser(id);
        await done(`${name} is suspended. Their tokens are refused everywhere.`);
      },
    });
  }

  function askReinstate({ id, name }: AdminUser): void {
    setConfirmation({
      title: `Reinstate ${name}?`,
      confirmLabel: "Reinstate user",
      danger: false,
      body: <p>They can sign in again, and their tokens work again, except those that were revoked.</p>,
      work: async () => {
        await reinstateUser(id);
        await done(`${name} is reinstated.`);
      },
    });
  }

  return (
    <>
      <Rows label="Users">
        {users.map((user) => {
          const self = user.id === session.user.id;
          return (
            <Row
              key={user.id}
              title={user.name}
              muted={user.suspendedAt !== null}
              badges={
                <>
                  {user.instanceAdmin && <Badge>Instance admin</Badge>}
                  {self && <Badge tone="good">You</Badge>}
                  {user.suspendedAt && <Badge tone="warning">Suspended</Badge>}
                </>
              }
              note={user.email}
              facts={
                <>
                  Since <Time at={user.createdAt} as="date" />
                </>
              }
              action={
                !self &&
                (user.suspendedAt ? (
                  <Button size="small" aria-label={`Reinstate ${user.name}`} onClick={() => askReinstate(user)}>
                    Reinstate
                  </Button>
                ) : (
                  <Button size="small" aria-label={`Suspend ${user.name}`} onClick={() => askSuspend(user)}>
                    Suspend
                  </Button>
                ))
              }
            />
          );
        })}
      </Rows>
      <ConfirmAction confirmation={confirmation} onClose={() => setConfirmation(null)} />
    </>
  );
}
