// Who belongs to the organization, and who is invited. Rule: what the role may not do is not offered, what
// cannot be undone is confirmed with the number of tokens that die, and the server decides either way.
// Deliberately absent: other members' tokens, which have an oversight of their own.
import { useQuery } from "@tanstack/react-query";
import { UserPlus } from "lucide-react";
import { type ReactElement, useDeferredValue, useState } from "react";
import { membersQuery } from "../../api/members.ts";
import { can } from "../../session/permission.ts";
import { RequirePermission } from "../../session/require-permission.tsx";
import { useSession } from "../../session/use-session.ts";
import { Button } from "../../ui/button.tsx";
import { TextField } from "../../ui/field.tsx";
import { Notice } from "../../ui/notice.tsx";
import { Page } from "../../ui/page.tsx";
import { QueryView } from "../../ui/query-view.tsx";
import { InviteDialog } from "./invite-dialog.tsx";
import { MemberList } from "./member-list.tsx";
import { PendingInvitations } from "./pending-invitations.tsx";
import { isolated } from "../../ui/isolated.ts";

const TITLE = "Members";

export function MembersPage(): ReactElement {
  return (
    <RequirePermission permission="members:read" title={TITLE}>
      <Members />
    </RequirePermission>
  );
}

function Members(): ReactElement {
  const { organization } = useSession();
  const members = useQuery(membersQuery(organization.id));
  const [inviting, setInviting] = useState(false);
  const [search, setSearch] = useState("");
  const words = useDeferredValue(search.trim().toLowerCase());
  const mayInvite = can(organization, "invitations:write") && !organization.personal;
  return (
    <Page
      title={TITLE}
      lead={`Who belongs to ${isolated(organization.name)}. Removing someone ends every token they have here, at once.`}
      action={
        mayInvite && (
          <Button kind="primary" onClick={() => setInviting(true)}>
            <UserPlus aria-hidden="true" />
            Invite member
          </Button>
        )
      }
    >
      {organization.personal && (
        <Notice>
          This is your personal organization: you are its only member. Create an organization to invite others.
        </Notice>
      )}
      <QueryView query={members}>
        {({ items }) => (
          <div className="grid gap-4">
            {items.length > 8 && (
              <TextField
                label="Search members"
                type="search"
                autoComplete="off"
                value={search}
                onChange={(event) => setSearch(event.currentTarget.value)}
                className="max-w-80"
              />
            )}
            <MemberList
              members={items.filter(({ user }) => `${user.name} ${user.email}`.toLowerCase().includes(words))}
            />
          </div>
        )}
      </QueryView>
      {/* After the members, so that it does not move when they come. */}
      {!members.isPending && can(organization, "invitations:read") && !organization.personal && <PendingInvitations />}
      {mayInvite && <InviteDialog open={inviting} onClose={() => setInviting(false)} />}
    </Page>
  );
}
