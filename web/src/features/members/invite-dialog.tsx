import { useQueryClient } from "@tanstack/react-query";
import { type ReactElement, useState } from "react";
import { inviteMember, invitationsQuery } from "../../api/invitations.ts";
import type { IssuedInvitation } from "../../api/types.ts";
import { grantableRoles } from "../../session/permission.ts";
import { useInstance, useSession } from "../../session/use-session.ts";
import { Button } from "../../ui/button.tsx";
import { Dialog, DialogActions } from "../../ui/dialog.tsx";
import { TextField } from "../../ui/field.tsx";
import { Form } from "../../ui/form.tsx";
import { useAction } from "../../ui/use-action.ts";
import { InvitationLink } from "./invitation-link.tsx";
import { RoleChoice } from "./role-choice.tsx";
import { isolated } from "../../ui/isolated.ts";

export function InviteDialog({
  open,
  onClose,
}: {
  readonly open: boolean;
  readonly onClose: () => void;
}): ReactElement {
  const { organization } = useSession();
  const { mail } = useInstance();
  const [made, setMade] = useState<IssuedInvitation | null>(null);
  function close(): void {
    setMade(null);
    onClose();
  }
  return (
    <Dialog
      open={open}
      onClose={close}
      wide
      title={made ? `Invitation for ${made.email}` : `Invite to ${isolated(organization.name)}`}
      lead={
        made
          ? undefined
          : mail
            ? "They get an email. Its link shows what they would join before they accept."
            : "You get a link to send. Whoever opens it sees what they would join before they accept."
      }
    >
      {made ? <InvitationLink invitation={made} onDone={close} /> : <InviteForm onMade={setMade} onCancel={close} />}
    </Dialog>
  );
}

interface InviteFormProps {
  readonly onMade: (invitation: IssuedInvitation) => void;
  readonly onCancel: () => void;
}

function InviteForm({ onMade, onCancel }: InviteFormProps): ReactElement {
  const { organization } = useSession();
  const { roles, mail } = useInstance();
  const queryClient = useQueryClient();
  const action = useAction();
  const grantable = grantableRoles(roles, organization.permissions);
  const [role, setRole] = useState(
    () => grantable.find(({ name }) => name === "member")?.name ?? grantable.at(-1)?.name ?? "",
  );
  return (
    <Form
      action={action}
      fields={["email", "role"]}
      label="Invite member"
      onSubmit={async (values) => {
        const invitation = await inviteMember(organization.id, { email: values.text("email"), role });
        await queryClient.invalidateQueries({ queryKey: invitationsQuery(organization.id).queryKey });
        onMade(invitation);
      }}
    >
      <TextField
        label="Email"
        name="email"
        type="email"
        required
        maxLength={254}
        autoComplete="off"
        error={action.fieldErrors["email"]}
      />
      <RoleChoice roles={grantable} value={role} onChange={setRole} error={action.fieldErrors["role"]} />
      <DialogActions>
        <Button onClick={onCancel}>Cancel</Button>
        <Button type="submit" kind="primary" busy={action.pending}>
          {mail ? "Send invitation" : "Create invitation"}
        </Button>
      </DialogActions>
    </Form>
  );
}
