import { useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { type ReactElement, useState } from "react";
import { changeRole, leaveOrganization, membersQuery, reinstateMember } from "../../api/member.ts";
import { sessionQuery } from "../../api/session.ts";
import type { Member, RoleInfo } from "../../api/types.ts";
import { grantableRoles } from "../../session/permission.ts";
import { useInstance, useOrganization } from "../../session/use-session.ts";
import { useAnnounce } from "../../ui/announcer.tsx";
import { Button } from "../../ui/button.tsx";
import { type Confirmation, Dialog, DialogActions } from "../../ui/dialog.tsx";
import { Choice, FieldError } from "../../ui/field.tsx";
import { Form } from "../../ui/form.tsx";
import { isolated } from "../../ui/text.ts";
import { useAction } from "../../ui/use-action.ts";
import type { MemberAction } from "./member-text.ts";

export function RoleDialog({
  member,
  onClose,
}: {
  readonly member: Member | null;
  readonly onClose: () => void;
}): ReactElement {
  const action = useAction();
  function close(): void {
    action.reset();
    onClose();
  }
  return (
    <Dialog
      open={member !== null}
      onClose={close}
      title={`Role of ${member?.user.name ?? ""}`}
      lead="It takes effect at once, also for their tokens: each can do no more than the new role."
    >
      {member && <RoleForm key={member.id} member={member} action={action} onClose={close} />}
    </Dialog>
  );
}

interface RoleFormProps {
  readonly member: Member;
  readonly action: ReturnType<typeof useAction>;
  readonly onClose: () => void;
}

function RoleForm({ member, action, onClose }: RoleFormProps): ReactElement {
  const organization = useOrganization();
  const { roles } = useInstance();
  const announce = useAnnounce();
  const queryClient = useQueryClient();
  const [role, setRole] = useState(member.role);
  return (
    <Form
      action={action}
      fields={["role"]}
      onSubmit={async () => {
        await changeRole(organization.id, member.id, role);
        await queryClient.invalidateQueries({ queryKey: membersQuery(organization.id).queryKey });
        announce(`${isolated(member.user.name)} now has the role ${role}.`);
        onClose();
      }}
    >
      <RoleChoice
        roles={grantableRoles(roles, organization.permissions)}
        value={role}
        onChange={setRole}
        error={action.fieldErrors["role"]}
      />
      <DialogActions>
        <Button onClick={onClose}>Cancel</Button>
        <Button type="submit" kind="primary" busy={action.pending} disabled={role === member.role}>
          Change role
        </Button>
      </DialogActions>
    </Form>
  );
}

interface RoleChoiceProps {
  readonly roles: readonly RoleInfo[];
  readonly value: string;
  readonly onChange: (role: string) => void;
  readonly error?: string | undefined;
}

export function RoleChoice({ roles, value, onChange, error }: RoleChoiceProps): ReactElement {
  return (
    <fieldset>
      <legend className="mb-1 font-medium">Role</legend>
      {roles.map(({ name, description }) => (
        <Choice
          key={name}
          type="radio"
          name="role"
          value={name}
          label={<span className="font-medium">{name}</span>}
          hint={description}
          checked={value === name}
          onChange={() => onChange(name)}
        />
      ))}
      {error && <FieldError>{error}</FieldError>}
    </fieldset>
  );
}

// The questions before reinstating a member and before leaving. Removing and suspending have their own page.

type ConfirmedAction = Exclude<MemberAction, "change-role" | "suspend" | "remove">;

export function useMemberConfirmations(): Record<ConfirmedAction, (member: Member) => Confirmation> {
  const organization = useOrganization();
  const queryClient = useQueryClient();
  const announce = useAnnounce();
  const navigate = useNavigate();
  async function done(message: string): Promise<void> {
    await queryClient.invalidateQueries({ queryKey: membersQuery(organization.id).queryKey });
    announce(message);
  }
  return {
    reinstate: (member) => ({
      title: `Reinstate ${isolated(member.user.name)}?`,
      confirmLabel: "Reinstate",
      danger: false,
      body: (
        <p>
          <bdi>{member.user.name}</bdi> gets the role {member.role} back, and their paused tokens work again.
        </p>
      ),
      work: async () => {
        await reinstateMember(organization.id, member.id);
        await done(`${isolated(member.user.name)} is reinstated.`);
      },
    }),
    leave: (member) => ({
      title: `Leave ${isolated(organization.name)}?`,
      confirmLabel: "Leave organization",
      body: <p>Your tokens here{activeOf(member)} are revoked permanently. To come back you need a new invitation.</p>,
      work: async () => {
        await leaveOrganization(organization.id, member.id);
        // The session now acts in another organization. Load it before anything is drawn.
        await queryClient.fetchQuery({ ...sessionQuery, staleTime: 0 });
        queryClient.removeQueries({ queryKey: ["organizations", organization.id] });
        announce(`You have left ${isolated(organization.name)}.`);
        await navigate({ to: "/settings/tokens" });
      },
    }),
  };
}

/** ", 2 of them active,"; empty when none is. Expired tokens are revoked too. */
function activeOf({ tokenCount }: Member): string {
  return tokenCount > 0 ? `, ${tokenCount} of them active,` : "";
}
