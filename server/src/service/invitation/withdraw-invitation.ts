import type { AuditEventId, InvitationId, OrganizationId } from "@mintmark/core";
import type { AuditEventRecord, InvitationRecord, Transaction } from "../../store/store.ts";
import { type Actor, actorRef, viaRef } from "../actor.ts";
import { type EventOrigin, eventOf } from "../audit-event.ts";
import type { Deps } from "../deps.ts";
import { lockWithPermission } from "../organization/lock-organization.ts";
import { notFound, Refusal } from "../refusal.ts";

export interface InvitationPath {
  readonly organizationId: OrganizationId;
  readonly invitationId: InvitationId;
}

/** Withdraws an invitation: its link is dead when this returns. Repeating it changes nothing. */
export function withdrawInvitation(deps: Deps, actor: Actor, input: InvitationPath): Promise<void> {
  return deps.store.transaction(async (tx) => {
    await lockWithPermission(deps, tx, actor, input.organizationId, "shared", "invitations:write");
    const invitation = await lockOwnInvitation(tx, input);
    if (invitation.withdrawnAt !== null) return;
    const at = deps.clock();
    await tx.withdrawInvitation(invitation.id, at);
    await tx.insertAuditEvents([withdrawnEvent(actor, invitation, at)]);
  });
}

/** The organization's invitation, locked; refuses one that was accepted, for what it gave is a membership now. */
export async function lockOwnInvitation(
  tx: Transaction,
  { organizationId, invitationId }: InvitationPath,
): Promise<InvitationRecord> {
  const found = await tx.findInvitation(organizationId, invitationId);
  const invitation = found === null ? null : await tx.lockInvitation(invitationId);
  if (invitation === null) throw notFound();
  if (invitation.acceptedAt === null) return invitation;
  throw new Refusal(
    "already_member",
    `${invitation.email} has accepted this invitation. Change or remove the member instead.`,
  );
}

/** The audit event of a withdrawal. `because` is the event of its cause, when it was not withdrawn for its own sake. */
export function withdrawnEvent(
  actor: Actor,
  invitation: InvitationRecord,
  at: number,
  because?: AuditEventId,
): AuditEventRecord {
  return withdrawnEventOf(
    { actor: actorRef(actor), via: viaRef(actor), origin: actor.origin },
    invitation,
    at,
    because,
  );
}

/** The same, of somebody who need not be signed in. */
export function withdrawnEventOf(
  by: EventOrigin,
  invitation: InvitationRecord,
  at: number,
  because?: AuditEventId,
): AuditEventRecord {
  return eventOf(by, {
    at,
    organizationId: invitation.organizationId,
    action: "invitation.withdrawn",
    target: { kind: "invitation", id: invitation.id, name: invitation.email },
    details: {
      role: invitation.role,
      expired: invitation.expiresAt <= at,
      ...(because === undefined ? {} : { because }),
    },
  });
}
