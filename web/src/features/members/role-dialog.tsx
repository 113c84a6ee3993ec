import { useQueryClient } from "@tanstack/react-query";
import { type ReactElement, useState } from "react";
import { changeRole, membersQuery } from "../../api/members.ts";
import type { Member } from "../../api/types.ts";
import { grantableRoles } from "../../session/permission.ts";
import { useInstance, useSession } from "../../session/use-session.ts";
import { useAnnounce } from "../../ui/announcer.tsx";
import { Button } from "../../ui/button.tsx";
import { Dialog, DialogActions } from "../../ui/dialog.tsx";
import { Form } from "../../ui/form.tsx";
import { useAction } from "../../ui/use-action.ts";
import { RoleChoice } from "./role-choice.tsx";
import { isolated } from "../../ui/isolated.ts";

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
  const { organization } = useSession();
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
