import type { OrganizationId } from "@mintmark/core";
import type { SessionActor } from "../actor.ts";
import type { Deps } from "../deps.ts";
import { notFound, Refusal } from "../refusal.ts";
import { requireLiveSession } from "./live-session.ts";

/**
 * Makes another of the caller's organizations the active one of this session; other sessions stay where
 * they are. Refuses an organization the caller is no member of (`not_found`) or is suspended in.
 */
export function switchOrganization(
  deps: Pick<Deps, "store" | "clock">,
  actor: SessionActor,
  organizationId: OrganizationId,
): Promise<SessionActor> {
  return deps.store.transaction(async (tx) => {
    // Locked, so that a removal from it is either seen here or finds this session there and moves it.
    const organization = await tx.lockOrganization(organizationId, "shared");
    if (organization === null || organization.deletedAt !== null) throw notFound();
    const user = await requireLiveSession(deps, tx, actor);
    const membership = await tx.findMembership(organizationId, user.id);
    if (membership === null) throw notFound();
    if (membership.suspendedAt !== null) {
      throw new Refusal(
        "member_suspended",
        `You are suspended in "${organization.name}". Ask an owner or admin of it to reinstate you.`,
        { status: 403 },
      );
    }
    await tx.setSessionOrganization(actor.session.id, organizationId);
    return { ...actor, user, session: { ...actor.session, organizationId } };
  });
}
