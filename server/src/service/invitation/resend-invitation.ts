import { newLinkSecret } from "../../secrets/generate.ts";
import type { Actor } from "../actor.ts";
import { eventBy } from "../audit-event.ts";
import { requireCoversRole, requireRecentPassword } from "../authority.ts";
import type { Deps } from "../deps.ts";
import { issuerOf } from "../granter.ts";
import { lockWithPermission } from "../organization/lock-organization.ts";
import { type IssuedInvitation, linkForLetter, linksOf } from "./create-invitation.ts";
import { INVITATION_MS, invitationInvalid } from "./find-invitation.ts";
import { type MadeInvitation, mailInvitation } from "./mail-invitation.ts";
import { type InvitationPath, lockOwnInvitation } from "./withdraw-invitation.ts";

/**
 * Gives an invitation new links and another 7 days, also one whose time was over; the old links, copied and mailed,
 * are dead when this returns. A new link is a new invitation in all but its id: the caller must cover its role, and
 * from then on it rests on their authority.
 * Where mail is configured the new link is mailed, unless `mail` is false.
 */
export async function resendInvitation(
  deps: Deps,
  actor: Actor,
  input: InvitationPath & { readonly mail?: boolean | undefined },
): Promise<IssuedInvitation> {
  const made = await deps.store.transaction(async (tx): Promise<MadeInvitation> => {
    const authority = await lockWithPermission(deps, tx, actor, input.organizationId, "shared", "invitations:write");
    const invitation = await lockOwnInvitation(tx, input);
    if (invitation.withdrawnAt !== null) throw invitationInvalid();
    requireCoversRole(deps.catalogue, authority, invitation.role);
    requireRecentPassword(deps, actor, { kind: "powerful-role", role: invitation.role });
    const link = newLinkSecret();
    const at = deps.clock();
    const expiresAt = at + INVITATION_MS;
    const mailedLink = linkForLetter(deps, input);
    const issuer = issuerOf(actor, authority);
    await tx.renewInvitation(invitation.id, { ...linksOf(link, mailedLink), ...issuer, expiresAt });
    await tx.insertAuditEvents([
      eventBy(actor, {
        at,
        organizationId: input.organizationId,
        action: "invitation.resent",
        target: { kind: "invitation", id: invitation.id, name: invitation.email },
        details: { role: invitation.role, expiresAt },
      }),
    ]);
    const organizationName = authority.organization.name;
    return { invitation: { ...invitation, ...issuer, expiresAt, state: "open" }, organizationName, link, mailedLink };
  });
  return { ...made, delivery: await mailInvitation(deps, actor, made) };
}
