import { type MembershipId, type OrganizationId, OWNER_ROLE, type UserId } from "@mintmark/core";
import { type Letter, quoted } from "../../mail/email.ts";
import { newId } from "../../secrets/generate.ts";
import type {
  AuditEventRecord,
  AuditFilter,
  MemberRecord,
  MembershipRecord,
  OrganizationFilter,
  OrganizationRecord,
  OrganizationSummary,
  Page,
  PageRequest,
  Transaction,
  UserRecord,
} from "../../store/store.ts";
import { eventBy, type SessionActor } from "../actor.ts";
import { requireRecentSession } from "../authority.ts";
import type { Deps } from "../deps.ts";
import { requireRoomToJoin } from "../limits/attempts.ts";
import { tellLater } from "../limits/emails.ts";
import { refusePersonal, requireInstanceAdmin } from "../locks.ts";
import { notFound, Refusal } from "../refusal.ts";

/** The organizations of the instance from outside, newest first: names and counts, nothing of what is inside. */
export function listInstanceOrganizations(
  deps: Pick<Deps, "store" | "clock">,
  filter: OrganizationFilter,
  page: PageRequest,
): Promise<Page<OrganizationSummary>> {
  return deps.store.reads.listOrganizations(filter, deps.clock(), page);
}

export interface OrganizationOverview extends OrganizationSummary {
  /** Whom to ask about it; empty when nobody can administer it. */
  readonly owners: readonly MemberRecord[];
}

/** One organization, also a deleted one, with its owners. */
export async function getInstanceOrganization(
  deps: Pick<Deps, "store" | "clock">,
  id: OrganizationId,
): Promise<OrganizationOverview> {
  const now = deps.clock();
  const summary = await deps.store.reads.findOrganizationSummary(id, now);
  if (summary === null) throw notFound();
  return { ...summary, owners: await deps.store.reads.listOwners(id, now) };
}

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
  await tx.lockMembership(organizationId, userId);
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

/**
 * Writes to every active owner of the organization whose address is proved, the new one included, that an instance admin has appointed one.
 * Called after the commit: a mail server that is down does not undo the change, and the audit log has it either way.
 */
function tellOwners(
  deps: Pick<Deps, "store" | "clock" | "mailer" | "later" | "settings">,
  actor: SessionActor,
  organization: OrganizationRecord,
  appointed: UserRecord,
): void {
  const everyone = async (): Promise<readonly UserRecord[]> => {
    const owners = await deps.store.reads.listOwners(organization.id, deps.clock());
    return owners
      .filter(({ suspendedAt, user }) => suspendedAt === null && user.suspendedAt === null)
      .map(({ user }) => user);
  };
  tellLater(deps, actor.user.id, everyone, (owner) => letterTo(owner, deps, actor, organization, appointed));
}

function letterTo(
  { id, email }: UserRecord,
  { settings }: Pick<Deps, "settings">,
  actor: SessionActor,
  organization: OrganizationRecord,
  appointed: UserRecord,
): Letter {
  const isAppointed = id === appointed.id;
  const [name, owned, by] = [quoted(appointed.name), quoted(organization.name), quoted(actor.user.name)];
  const who = isAppointed ? "you" : `${name} (${appointed.email})`;
  return {
    to: email,
    // Without a name: people choose those, and a subject is read before anything says who it is from.
    subject: isAppointed ? "You are an owner of an organization now" : "An owner of your organization was appointed",
    paragraphs: [
      `${by}, an instance admin of ${settings.baseUrl}, has made ${who} an owner of ${owned}.`,
      "Owners manage its members, tokens, API keys and policy. The organization's audit log records the appointment.",
    ],
    action: { label: "See its members", url: `${settings.baseUrl}/organization/members` },
    reason: isAppointed
      ? "You get this because it is about you. You can leave the organization, once it has another owner."
      : "You get this because you are an owner of the organization. If it is not right, speak to an instance admin.",
  };
}

/** The audit log of the whole instance, newest first: of accounts, services and every organization, deleted ones too. */
export function listInstanceEvents(
  deps: Pick<Deps, "store">,
  filter: Omit<AuditFilter, "concerning">,
  page: PageRequest,
): Promise<Page<AuditEventRecord>> {
  return deps.store.reads.listAuditEvents(filter, page);
}
