import { readableAddress } from "@mintmark/core";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { type ReactElement, useState } from "react";
import { invitationsQuery, resendInvitation, withdrawInvitation } from "../../api/invitation.ts";
import type { Invitation, IssuedInvitation } from "../../api/types.ts";
import { can } from "../../session/permission.ts";
import { useDirectoryHost } from "../../session/host.tsx";
import { useInstance, useOrganization } from "../../session/use-session.ts";
import { useAnnounce } from "../../ui/announcer.tsx";
import { Badge } from "../../ui/badge.tsx";
import { Button } from "../../ui/button.tsx";
import { Dialog, useConfirmedAction } from "../../ui/dialog.tsx";
import { LoadingRows } from "../../ui/placeholder.tsx";
import { QueryView } from "../../ui/query-view.tsx";
import { Row, Rows } from "../../ui/rows.tsx";
import { Time, useNow } from "../../ui/time-view.tsx";
import { InvitationLink } from "./invite-dialog.tsx";
import { deliveryBadge } from "./member-text.ts";

export function PendingInvitations(): ReactElement {
  const organization = useOrganization();
  const { mail } = useInstance();
  const invitations = useQuery(invitationsQuery(organization.id));
  const [resent, setResent] = useState<IssuedInvitation | null>(null);
  const { askForLink, askWithdraw, dialog } = useInvitationQuestions(setResent);
  const mayWrite = can(organization, "invitations:write");
  return (
    <section aria-labelledby="invitations-heading" className="grid gap-3">
      <h2 id="invitations-heading" className="text-[0.9375rem] font-semibold">
        Pending invitations
      </h2>
      <QueryView query={invitations} loading={<LoadingRows rows={1} />}>
        {({ items }) =>
          items.length === 0 ? (
            <p className="text-soft">There are no pending invitations.</p>
          ) : (
            <Rows label="Pending invitations">
              {items.map((invitation) => (
                <InvitationRow
                  key={invitation.id}
                  invitation={invitation}
                  mayWrite={mayWrite}
                  mail={mail}
                  onResend={() => askForLink(invitation, mail)}
                  onCopy={() => askForLink(invitation, false)}
                  onWithdraw={() => askWithdraw(invitation)}
                />
              ))}
            </Rows>
          )
        }
      </QueryView>
      {dialog}
      <Dialog
        open={resent !== null}
        onClose={() => setResent(null)}
        wide
        title={
          resent?.delivery === "queued"
            ? `Sent again to ${readableAddress(resent.email)}`
            : `New link for ${resent?.email ?? ""}`
        }
      >
        {resent && <InvitationLink invitation={resent} onDone={() => setResent(null)} />}
      </Dialog>
    </section>
  );
}

interface InvitationQuestions {
  readonly askForLink: (invitation: Invitation, byMail: boolean) => void;
  readonly askWithdraw: (invitation: Invitation) => void;
  readonly dialog: ReactElement;
}

function useInvitationQuestions(onResent: (issued: IssuedInvitation) => void): InvitationQuestions {
  const organization = useOrganization();
  const queryClient = useQueryClient();
  const announce = useAnnounce();
  const { ask, dialog } = useConfirmedAction();
  const refresh = (): Promise<void> =>
    queryClient.invalidateQueries({ queryKey: invitationsQuery(organization.id).queryKey });

  function askForLink(invitation: Invitation, byMail: boolean): void {
    ask({
      title: byMail
        ? `Send ${readableAddress(invitation.email)} another email?`
        : `Make a new link for ${readableAddress(invitation.email)}?`,
      confirmLabel: byMail ? "Send it again" : "Make a new link",
      danger: false,
      body: byMail ? (
        <p>
          The link to copy stops working at once, and emailed links when the mail server has accepted the new email. The
          time limit starts again.
        </p>
      ) : (
        <p>All earlier links stop working, and the time limit starts again.</p>
      ),
      work: async () => {
        onResent(await resendInvitation(organization.id, invitation.id, { mail: byMail }));
        await refresh();
      },
    });
  }

  function askWithdraw(invitation: Invitation): void {
    ask({
      title: `Withdraw the invitation for ${readableAddress(invitation.email)}?`,
      confirmLabel: "Withdraw",
      body: <p>Its link stops working at once.</p>,
      work: async () => {
        await withdrawInvitation(organization.id, invitation.id);
        await refresh();
        announce(`The invitation for ${readableAddress(invitation.email)} is withdrawn.`);
      },
    });
  }

  return { askForLink, askWithdraw, dialog };
}

interface InvitationRowProps {
  readonly invitation: Invitation;
  readonly mayWrite: boolean;
  /** Whether sending it again sends an email. Then a link without an email is offered too. */
  readonly mail: boolean;
  readonly onResend: () => void;
  readonly onCopy: () => void;
  readonly onWithdraw: () => void;
}

function InvitationRow({ invitation, mayWrite, mail, onResend, onCopy, onWithdraw }: InvitationRowProps): ReactElement {
  const isVoid = invitation.state === "void";
  const expired = new Date(invitation.expiresAt).getTime() <= useNow();
  const delivery = deliveryBadge(invitation.delivery);
  return (
    <Row
      title={readableAddress(invitation.email)}
      badges={
        <>
          <Badge>{invitation.role}</Badge>
          {isVoid && <Badge tone="warning">Cannot be accepted</Badge>}
          {!isVoid && (expired ? <Badge tone="warning">Expired</Badge> : <Badge tone="good">Open</Badge>)}
          {delivery && <Badge tone={delivery.tone}>{delivery.text}</Badge>}
        </>
      }
      note={
        <>
          Invited <Time at={invitation.createdAt} />
          {invitation.invitedBy && (
            <>
              {" "}
              by <bdi>{invitation.invitedBy.name}</bdi>
            </>
          )}
          {isVoid && ", who may no longer give this role."}
          {isVoid && mayWrite && " Resend it to invite on your own authority."}
        </>
      }
      facts={
        <>
          {expired ? "Ended" : "Ends"} <Time at={invitation.expiresAt} />
        </>
      }
      wideAction
      action={
        mayWrite && (
          <InvitationActions
            invitation={invitation}
            mail={mail}
            onResend={onResend}
            onCopy={onCopy}
            onWithdraw={onWithdraw}
          />
        )
      }
    />
  );
}

type InvitationActionsProps = Omit<InvitationRowProps, "mayWrite">;

function InvitationActions(props: InvitationActionsProps): ReactElement {
  const { invitation, mail, onResend, onCopy, onWithdraw } = props;
  // Where the host manages people, an invitation can only be withdrawn.
  const maySend = useDirectoryHost() === null;
  return (
    <>
      {maySend && (
        <Button
          size="small"
          aria-label={`Resend the invitation for ${readableAddress(invitation.email)}`}
          onClick={onResend}
        >
          Resend
        </Button>
      )}
      {maySend && mail && (
        <Button
          size="small"
          kind="quiet"
          aria-label={`Copy link: a new one for ${readableAddress(invitation.email)}`}
          onClick={onCopy}
        >
          Copy link
        </Button>
      )}
      <Button
        size="small"
        kind="quiet"
        aria-label={`Withdraw the invitation for ${readableAddress(invitation.email)}`}
        onClick={onWithdraw}
      >
        Withdraw
      </Button>
    </>
  );
}
