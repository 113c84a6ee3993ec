// The members and invitations of the organization. Rule: the page offers only actions that the role may use, and
// confirms permanent ones. The server decides. Deliberately absent: other members' tokens, which have their own page.
import { readableAddress } from "@mintmark/core";
import { useQuery } from "@tanstack/react-query";
import { Link, useNavigate } from "@tanstack/react-router";
import { EllipsisVertical, LogOut, PauseCircle, PlayCircle, Shield, UserMinus, UserPlus } from "lucide-react";
import { type ReactElement, useDeferredValue, useState } from "react";
import { membersQuery } from "../../api/member.ts";
import type { Member } from "../../api/types.ts";
import { can } from "../../session/permission.ts";
import { RequirePermission } from "../../session/require-permission.tsx";
import { ManagedByHost, useDirectoryHost, useKeeper } from "../../session/host.tsx";
import { useInstance, useOrganization } from "../../session/use-session.ts";
import { Badge } from "../../ui/badge.tsx";
import { Button, IconButton } from "../../ui/button.tsx";
import { Callout } from "../../ui/callout.tsx";
import { useConfirmedAction } from "../../ui/dialog.tsx";
import { TextField } from "../../ui/field.tsx";
import { Menu, MenuItem } from "../../ui/menu.tsx";
import { Page } from "../../ui/page.tsx";
import { QueryView } from "../../ui/query-view.tsx";
import { Row, Rows } from "../../ui/rows.tsx";
import { useSearchText } from "../../ui/search-text.ts";
import { isolated } from "../../ui/text.ts";
import { Time } from "../../ui/time-view.tsx";
import { InviteDialog } from "./invite-dialog.tsx";
import { RoleDialog, useMemberConfirmations } from "./member-dialogs.tsx";
import { type MemberAction, memberActions } from "./member-text.ts";
import { PendingInvitations } from "./pending-invitations.tsx";

const TITLE = "Members";

export function MembersPage(): ReactElement {
  return (
    <RequirePermission permission="members:read" title={TITLE}>
      <Members />
    </RequirePermission>
  );
}

function Members(): ReactElement {
  const organization = useOrganization();
  const members = useQuery(membersQuery(organization.id));
  const [inviting, setInviting] = useState(false);
  const [search, setSearch] = useSearchText();
  const words = useDeferredValue(search.trim().toLowerCase());
  const host = useDirectoryHost();
  const keeper = useKeeper(organization);
  const mayInvite = can(organization, "invitations:write") && !organization.personal && host === null;
  return (
    <Page
      title={TITLE}
      lead={`The members of ${isolated(organization.name)}. Removing a member revokes all their tokens here at once.`}
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
        <Callout>
          This is your personal organization: you are its only member. Create an organization to invite others.
        </Callout>
      )}
      {keeper !== null && <ManagedByHost host={keeper} what="who is a member here, and in which role" />}
      <QueryView query={members}>
        {({ items }) => (
          <div className="grid gap-4">
            {(items.length > 8 || search !== "") && (
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
      {/* Drawn after the members, so that it does not move when they load. */}
      {!members.isPending && can(organization, "invitations:read") && !organization.personal && <PendingInvitations />}
      {mayInvite && <InviteDialog open={inviting} onClose={() => setInviting(false)} />}
    </Page>
  );
}

export function MemberList({ members }: { readonly members: readonly Member[] }): ReactElement {
  const organization = useOrganization();
  const { roles } = useInstance();
  const keeper = useKeeper(organization);
  const { ask, dialog } = useConfirmedAction();
  const [changingRole, setChangingRole] = useState<Member | null>(null);
  const confirmations = useMemberConfirmations();
  const navigate = useNavigate();
  function choose(action: MemberAction, member: Member): void {
    if (action === "change-role") setChangingRole(member);
    else if (action === "remove" || action === "suspend") {
      const to = "/organization/members/$membershipId/offboarding";
      void navigate({ to, params: { membershipId: member.id }, search: { mode: action } });
    } else ask(confirmations[action](member));
  }
  if (members.length === 0) return <p className="text-soft">Nobody matches.</p>;
  return (
    <>
      <Rows label="Members">
        {members.map((member) => (
          <MemberRow
            key={member.id}
            member={member}
            self={member.id === organization.membershipId}
            actions={keeper === null ? memberActions(organization, member, roles) : []}
            onChoose={(action) => choose(action, member)}
          />
        ))}
      </Rows>
      {dialog}
      <RoleDialog member={changingRole} onClose={() => setChangingRole(null)} />
    </>
  );
}

interface MemberRowProps {
  readonly member: Member;
  readonly self: boolean;
  readonly actions: readonly MemberAction[];
  readonly onChoose: (action: MemberAction) => void;
}

/** Links to the tokens for people who may see them. */
function TokenCount({ member: { tokenCount, user } }: { readonly member: Member }): ReactElement {
  const organization = useOrganization();
  const text = tokenCount === 1 ? "1 token" : `${tokenCount} tokens`;
  if (tokenCount === 0 || !can(organization, "tokens:read")) return <p>{text}</p>;
  return (
    <p>
      <Link
        to="/organization/tokens"
        search={{ member: user.id }}
        aria-label={`${text} of ${user.name}`}
        className="underline underline-offset-2 hover:text-ink"
      >
        {text}
      </Link>
    </p>
  );
}

const ACTIONS: Record<MemberAction, { readonly label: string; readonly icon: ReactElement; readonly danger: boolean }> =
  {
    "change-role": { label: "Change role", icon: <Shield aria-hidden="true" />, danger: false },
    suspend: { label: "Suspend", icon: <PauseCircle aria-hidden="true" />, danger: false },
    reinstate: { label: "Reinstate", icon: <PlayCircle aria-hidden="true" />, danger: false },
    remove: { label: "Remove", icon: <UserMinus aria-hidden="true" />, danger: true },
    leave: { label: "Leave organization", icon: <LogOut aria-hidden="true" />, danger: true },
  };

function MemberRow({ member, self, actions, onChoose }: MemberRowProps): ReactElement {
  const { user, role, state } = member;
  return (
    <Row
      title={user.name}
      muted={state === "suspended"}
      badges={
        <>
          <Badge>{role}</Badge>
          {self && <Badge tone="good">You</Badge>}
          {state === "suspended" && <Badge tone="warning">Suspended</Badge>}
        </>
      }
      note={readableAddress(user.email)}
      facts={
        <>
          <TokenCount member={member} />
          <p>
            Joined <Time at={member.joinedAt} as="date" />
          </p>
        </>
      }
      action={
        actions.length > 0 && (
          <Menu
            button={
              <IconButton label={`Actions for ${user.name}`} size="small">
                <EllipsisVertical aria-hidden="true" />
              </IconButton>
            }
          >
            {actions.map((action) => {
              const { label, icon, danger } = ACTIONS[action];
              return (
                <MenuItem key={action} icon={icon} danger={danger} onSelect={() => onChoose(action)}>
                  {label}
                </MenuItem>
              );
            })}
          </Menu>
        )
      }
    />
  );
}
