import { type MembershipId, type OrganizationId, OWNER_ROLE, type UserId } from "@mintmark/core";
import { newId } from "../../secrets/generate.ts";
import type { MemberRecord, MembershipRecord, OrganizationRecord, Transaction, UserRecord } from "../../store/store.ts";
import type { SessionActor } from "../actor.ts";
import { eventBy } from "../audit-event.ts";
import { requireRecentSession } from "../authority.ts";
import type { Deps } from "../deps.ts";
import { requireRoomToJoin } from "../limits.ts";
import { refusePersonal } from "../organization/lock-organization.ts";
import { notFound, Refusal } from "../refusal.ts";
import { requireInstanceAdmin } from "./instance-admin.ts";
import { tellOwners } from "./tell-owners.ts";

/** Who is to own it: anybody with an account, or a present member. */
interface Appointee {
  readonly userId?: UserId | undefined;
  readonly membershipId?: MembershipId | undefined;
}

/**
 * Makes a person an owner of an organization: the way back for one that nobody can administer any more. Needs a
 * recent password. Who is no member becomes one; a member keeps their membership and so their tokens. It is in the
 * organization's own audit log, and its owners hear of it by mail. Refused for personal organizations, and for people
 * who are suspended: they could not act as an owner. Repeating it changes nothing.
 */
export async function appointOwner(
  deps: Pick<Deps, "store" | "clock" | "mailer" | "later" | "settings">,
  actor: SessionActor,
  input: Appointee & { readonly organizationId: OrganizationId },
): Promise<MemberRecord> {
  const { organizationId } = input;
  const { organization, owner, isNew } = await deps.store.transaction(async (tx) => {
    await tx.lockInstance();
    const found = await tx.lockOrganization(organizationId, "exclusive");
    const userId = await userIdOf(deps, tx, input);
    const user = userId === null ? null : await lockAppointee(tx, organizationId, userId);
    await requireInstanceAdmin(deps, tx, actor);
    requireRecentSession(deps, actor);
    if (found === null || found.deletedAt !== null || user === null || user.deletedAt !== null) throw notFound();
    refusePersonal(found);
    const changed = await makeOwner(deps, tx, actor, found, user);
    const membership = await tx.findMembership(organizationId, user.id);
    const member = membership === null ? null : await tx.findMember(organizationId, membership.id, deps.clock());
    if (member === null) throw new Error("an owner who was just appointed cannot be found");
    return { organization: found, owner: member, isNew: changed };
  });
  if (isNew) tellOwners(deps, actor, organization, owner.user);
  return owner;
}

async function userIdOf(
  deps: Pick<Deps, "clock">,
  tx: Transaction,
  { organizationId, userId, membershipId }: Appointee & { readonly organizationId: OrganizationId },
): Promise<UserId | null> {
  if (userId !== undefined) return userId;
  if (membershipId === undefined) return null;
  return (await tx.findMember(organizationId, membershipId, deps.clock()))?.userId ?? null;
}

/** Membership before user, as everywhere: a mint under way waits or is waited for, and so does a suspension. */
async function lockAppointee(
  tx: Transaction,
  organizationId: OrganizationId,
  userId: UserId,
): Promise<UserRecord | null> {
  const membership = await tx.findMembership(organizationId, userId);
  if (membership !== null) await tx.lockMembership(membership.id);
  return tx.lockUser(userId);
}

/** Whether anything changed. */
async function makeOwner(
  deps: Pick<Deps, "clock" | "settings">,
  tx: Transaction,
  actor: SessionActor,
  organization: OrganizationRecord,
  user: UserRecord,
): Promise<boolean> {
  const membership = await tx.findMembership(organization.id, user.id);
  if (user.suspendedAt !== null || (membership?.suspendedAt ?? null) !== null) throw suspended(user, organization);
  if (membership?.role === OWNER_ROLE) return false;
  if (membership === null) await requireRoomToJoin(deps, tx, organization.id, user.id);
  const at = deps.clock();
  const id = membership?.id ?? newId("membership");
  if (membership === null) {
    const joining = { id, organizationId: organization.id, userId: user.id, role: OWNER_ROLE, joinedAt: at };
    await tx.insertMembership(joining);
  } else await tx.setMemberRole(id, OWNER_ROLE);
  await tx.insertAuditEvents([
    eventBy(actor, {
      at,
      organizationId: organization.id,
      action: membership === null ? "member.joined" : "member.role_changed",
      target: { kind: "membership", id, name: user.name },
      details: detailsOf(membership),
    }),
  ]);
  return true;
}

function detailsOf(before: MembershipRecord | null): Readonly<Record<string, unknown>> {
  const by = { appointedByInstanceAdmin: true };
  return before === null
    ? { role: OWNER_ROLE, ...by }
    : { before: { role: before.role }, after: { role: OWNER_ROLE }, ...by };
}

function suspended(user: UserRecord, organization: OrganizationRecord): Refusal {
  return new Refusal(
    "person_suspended",
    user.suspendedAt !== null
      ? `"${user.name}" is suspended and could not act as an owner. Reinstate them first, or appoint someone else.`
      : `"${user.name}" is suspended in "${organization.name}" and could not act as its owner. Appoint someone else, who can reinstate them.`,
  );
}
