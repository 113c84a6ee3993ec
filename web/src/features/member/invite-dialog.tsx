import { EMAIL_MAX_LENGTH, readableAddress } from "@mintmark/core";
import { useQueryClient } from "@tanstack/react-query";
import { type ReactElement, useEffect, useRef, useState } from "react";
import { invitationsQuery, inviteMember } from "../../api/invitation.ts";
import type { IssuedInvitation } from "../../api/types.ts";
import { grantableRoles } from "../../session/permission.ts";
import { useInstance, useOrganization } from "../../session/use-session.ts";
import { Button } from "../../ui/button.tsx";
import { Callout } from "../../ui/callout.tsx";
import { CopyButton } from "../../ui/copy-button.tsx";
import { Dialog, DialogActions } from "../../ui/dialog.tsx";
import { TextField } from "../../ui/field.tsx";
import { Form } from "../../ui/form.tsx";
import { isolated } from "../../ui/text.ts";
import { Time } from "../../ui/time-view.tsx";
import { useAction } from "../../ui/use-action.ts";
import { RoleChoice } from "./member-dialogs.tsx";
import { deliveryText } from "./member-text.ts";

export function InviteDialog({
  open,
  onClose,
}: {
  readonly open: boolean;
  readonly onClose: () => void;
}): ReactElement {
  const organization = useOrganization();
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
      title={made ? `Invitation for ${readableAddress(made.email)}` : `Invite to ${isolated(organization.name)}`}
      lead={
        made
          ? undefined
          : mail
            ? "They get an email. Its link shows what they would join before they accept."
            : "You get a link to send. It shows what they would join before they accept."
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
  const organization = useOrganization();
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
        maxLength={EMAIL_MAX_LENGTH}
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

/** The delivery of the email, and the one-time link, which is shown only now. */
export function InvitationLink({
  invitation,
  onDone,
}: {
  readonly invitation: IssuedInvitation;
  readonly onDone: () => void;
}): ReactElement {
  const { mail } = useInstance();
  const link = useRef<HTMLInputElement>(null);
  const isMailed = invitation.mailProblem === null;
  useEffect(() => {
    if (!isMailed) link.current?.select();
  }, [isMailed]);
  return (
    <div className="grid gap-3">
      <Delivery invitation={invitation} />
      <div className="flex flex-wrap gap-2">
        <input
          ref={link}
          type="text"
          readOnly
          aria-label="Invitation link"
          value={invitation.url}
          onFocus={(event) => event.currentTarget.select()}
          className="control min-w-0 grow basis-56 font-mono text-[0.8125rem]!"
        />
        <CopyButton
          text={invitation.url}
          what="invitation link"
          kind={isMailed ? "secondary" : "primary"}
          onFailed={() => link.current?.select()}
        />
      </div>
      <p className="text-[0.8125rem] text-soft">
        Works until <Time at={invitation.expiresAt} as="date-time" />, with the role {invitation.role}.{" "}
        {mail
          ? "With this link they join after confirming their address by email."
          : "Anyone with the link and this address can join, so send it only to them."}
      </p>
      <DialogActions>
        <Button onClick={onDone}>Done</Button>
      </DialogActions>
    </div>
  );
}

function Delivery({ invitation }: { readonly invitation: IssuedInvitation }): ReactElement | null {
  const { mailProblem } = invitation;
  if (mailProblem === null) {
    return (
      <Callout tone="good" live="status">
        {deliveryText(invitation)}
      </Callout>
    );
  }
  if (mailProblem === "off" || mailProblem === "not_wanted")
    return <p className="text-soft">{deliveryText(invitation)}</p>;
  return (
    <Callout tone="warning" live="alert" title="No email was sent">
      {deliveryText(invitation)}
    </Callout>
  );
}
