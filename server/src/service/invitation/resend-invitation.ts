import { newLinkSecret } from "../../secrets/generate.ts";
import { hashSecret } from "../../secrets/hash.ts";
import type { Actor } from "../actor.ts";
import { eventBy } from "../audit-event.ts";
import { requireCoversRole } from "../authority.ts";
import type { Deps } from "../deps.ts";
import { lockWithPermission } from "../organization/lock-organization.ts";
import type { IssuedInvitation } from "./create-invitation.ts";
import { INVITATION_MS, invitationInvalid } from "./find-invitation.ts";
import { type InvitationPath, lockOwnInvitation } from "./withdraw-invitation.ts";

/**
 * Gives an invitation a new link and another 7 days, also one whose time was over; the old link is dead
 * when this returns. A new link is a new invitation in all but its id, so the caller must cover its role.
 */
export function resendInvitation(deps: Deps, actor: Actor, input: InvitationPath): Promise<IssuedInvitation> {
  return deps.store.transaction(async (tx) => {
    const authority = await lockWithPermission(deps, tx, actor, input.organizationId, "shared", "invitations:write");
    const invitation = await lockOwnInvitation(tx, input);
    if (invitation.withdrawnAt !== null) throw invitationInvalid();
    requireCoversRole(deps.catalogue, authority, invitation.role);
    const link = newLinkSecret();
    const at = deps.clock();
    const expiresAt = at + INVITATION_MS;
    await tx.renewInvitation(invitation.id, { hash: hashSecret(link), expiresAt });
    await tx.insertAuditEvents([
      eventBy(actor, {
        at,
        organizationId: input.organizationId,
        action: "invitation.resent",
        target: { kind: "invitation", id: invitation.id, name: invitation.email },
        details: { role: invitation.role, expiresAt },
      }),
    ]);
    return { invitation: { ...invitation, expiresAt }, link };
  });
}
