import { emailDomain, type OrganizationId } from "@mintmark/core";
import { newId } from "../../secrets/generate.ts";
import type { DomainJoiningRecord, OrganizationRecord, Transaction, UserRecord } from "../../store/store.ts";
import type { SessionActor } from "../actor.ts";
import { eventBy } from "../audit-event.ts";
import type { Deps } from "../deps.ts";
import { withdrawnEvent } from "../invitation/withdraw-invitation.ts";
import { requireRoomToJoin } from "../limits.ts";
import { notFound, Refusal } from "../refusal.ts";
import { requireLiveSession } from "../session/live-session.ts";
import { isOpen } from "./domain-joining.ts";

type JoinDeps = Pick<Deps, "store" | "clock" | "catalogue" | "settings">;

/**
 * Makes the caller a member of an organization that is open to their verified domain; the session goes on there. An
 * organization that is not open to them is `not_found`, like one that does not exist.
 */
export function joinByDomain(
  deps: JoinDeps,
  actor: SessionActor,
  organizationId: OrganizationId,
): Promise<SessionActor> {
  return deps.store.transaction(async (tx) => {
    // Exclusive, as for everything that changes who is in it: it cannot be closed or deleted meanwhile.
    const organization = await tx.lockOrganization(organizationId, "exclusive");
    const user = await requireLiveSession(deps, tx, actor);
    if (organization === null || organization.deletedAt !== null) throw notFound();
    const joining = await openJoining(deps, tx, organization, user);
    if ((await tx.findMembership(organizationId, user.id)) !== null) {
      throw new Refusal("already_member", `You are already a member of "${organization.name}". Switch to it instead.`);
    }
    await requireRoomToJoin(deps, tx, organizationId, user.id);
    const at = deps.clock();
    const id = newId("membership");
    await tx.insertMembership({ id, organizationId, userId: user.id, role: joining.role, joinedAt: at });
    const pending = await tx.findPendingInvitation(organizationId, user.email);
    if (pending !== null) await tx.withdrawInvitation(pending.id, at);
    await tx.insertAuditEvents([
      eventBy(actor, {
        at,
        organizationId,
        action: "member.joined",
        target: { kind: "membership", id, name: user.name },
        details: { role: joining.role, by: "domain", domain: joining.domain },
      }),
      ...(pending === null ? [] : [withdrawnEvent(actor, pending, at)]),
    ]);
    await tx.setSessionOrganization(actor.session.id, organizationId);
    return { ...actor, user, session: { ...actor.session, organizationId } };
  });
}

/** How the organization is open to this person. Refuses when it is not. */
async function openJoining(
  deps: Pick<Deps, "catalogue" | "clock" | "settings">,
  tx: Transaction,
  organization: OrganizationRecord,
  user: UserRecord,
): Promise<DomainJoiningRecord> {
  const joining = await tx.findDomainJoining(organization.id);
  if (joining === null || user.emailVerifiedAt === null || emailDomain(user.email) !== joining.domain) throw notFound();
  if (!(await isOpen(deps, tx, organization, joining)) || (await tx.wasRemoved(organization.id, user.id)))
    throw notFound();
  return joining;
}
