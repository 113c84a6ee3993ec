import { EllipsisVertical, LogOut, PauseCircle, PlayCircle, Shield, UserMinus } from "lucide-react";
import { Link, useNavigate } from "@tanstack/react-router";
import { type ReactElement, useState } from "react";
import type { Member } from "../../api/types.ts";
import { can } from "../../session/permission.ts";
import { useInstance, useSession } from "../../session/use-session.ts";
import { Badge } from "../../ui/badge.tsx";
import { IconButton } from "../../ui/button.tsx";
import { ConfirmAction, type Confirmation } from "../../ui/confirm-action.tsx";
import { Menu, MenuItem } from "../../ui/menu.tsx";
import { Row, Rows } from "../../ui/rows.tsx";
import { Time } from "../../ui/time-view.tsx";
import { type MemberAction, memberActions } from "./member-actions.ts";
import { RoleDialog } from "./role-dialog.tsx";
import { useMemberConfirmations } from "./use-member-confirmations.tsx";

export function MemberList({ members }: { readonly members: readonly Member[] }): ReactElement {
  const session = useSession();
  const { roles } = useInstance();
  const [confirmation, setConfirmation] = useState<Confirmation | null>(null);
  const [changingRole, setChangingRole] = useState<Member | null>(null);
  const confirmations = useMemberConfirmations();
  const navigate = useNavigate();
  function choose(action: MemberAction, member: Member): void {
    if (action === "change-role") setChangingRole(member);
    else if (action === "remove" || action === "suspend") {
      const to = "/organization/members/$membershipId/offboarding";
      void navigate({ to, params: { membershipId: member.id }, search: { mode: action } });
    } else setConfirmation(confirmations[action](member));
  }
  if (members.length === 0) return <p className="text-soft">Nobody matches.</p>;
  return (
    <>
      <Rows label="Members">
        {members.map((member) => (
          <MemberRow
            key={member.id}
            member={member}
            self={member.id === session.organization.membershipId}
            actions={memberActions(session.organization, member, roles)}
            onChoose={(action) => choose(action, member)}
          />
        ))}
      </Rows>
      <ConfirmAction confirmation={confirmation} onClose={() => setConfirmation(null)} />
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

/** Leads to the tokens themselves, for whoever may see them. */
function TokenCount({ member: { tokenCount, user } }: { readonly member: Member }): ReactElement {
  const { organization } = useSession();
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
      note={user.email}
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
            renderButton={(props) => (
              <IconButton {...props} label={`Actions for ${user.name}`} size="small">
                <EllipsisVertical aria-hidden="true" />
              </IconButton>
            )}
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
