// Organizations as an instance admin sees them, the appointment of an owner, and the audit log of the instance.
// Rule: an instance admin sees names and counts and has no authority in an organization.
import { type MembershipId, type OrganizationId, OWNER_ROLE, type UserId } from "@mintmark/core";
import { type Email, organizationPage, quoted } from "../../mail/email.ts";
import { newId } from "../../secrets/generate.ts";
import type {
  ListedAuditEvent,
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
import { type Deps, eventBy, notFound, refuseExternalDirectory, Refusal, type SessionActor } from "../use-case.ts";
import { refusePersonal, requireInstanceAdmin, requireRecentSession } from "../authority.ts";
import { requireRoomToJoin } from "../limits/limits.ts";
import { queueNews } from "../mail/outbox.ts";
import type { Composers } from "../mail/sender.ts";

/** Returns the organizations of the instance, newest first: names and counts, and nothing of their content. */
export function listInstanceOrganizations(
  deps: Pick<Deps, "store" | "clock">,
  filter: OrganizationFilter,
  page: PageRequest,
): Promise<Page<OrganizationSummary>> {
  return deps.store.reads.listOrganizations(filter, deps.clock(), page);
}

export interface OrganizationOverview extends OrganizationSummary {
  /** The owners, to contact about it; empty when nobody can administer it. */
  readonly owners: readonly MemberRecord[];
}

/** Returns one organization with its owners, even a deleted one. */
export async function getInstanceOrganization(
  deps: Pick<Deps, "store" | "clock">,
  id: OrganizationId,
): Promise<OrganizationOverview> {
  const now = deps.clock();
  const summary = await deps.store.reads.findOrganizationSummary(id, now);
  if (summary === null) throw notFound();
  return { ...summary, owners: await deps.store.reads.listOwners(id, now) };
}

/** The future owner: anybody with an account, or a present member. */
interface Appointee {
  readonly userId?: UserId | undefined;
  readonly membershipId?: MembershipId | undefined;
}

/**
 * Makes a person an owner of an organization, so that one without a usable owner can be administered again. Needs a
 * recent password. A person who is not a member becomes one; a member keeps their membership and their tokens. The
 * organization's audit log contains it, and its owners are notified by email. Refuses personal organizations, and
 * suspended people, who could not act as an owner. Repeating it changes nothing.
 */
export async function appointOwner(
  deps: Pick<Deps, "store" | "clock" | "mailer" | "settings">,
  actor: SessionActor,
  input: Appointee & { readonly organizationId: OrganizationId },
): Promise<MemberRecord> {
  refuseExternalDirectory(deps);
  const { organizationId } = input;
  return deps.store.transaction(async (tx) => {
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
    if (changed) await notifyOwners(deps, tx, actor, found, member.user);
    return member;
  });
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

/**
 * Locks the membership before the user, as everywhere, so that a mint or a suspension either finished before or waits.
 */
async function lockAppointee(
  tx: Transaction,
  organizationId: OrganizationId,
  userId: UserId,
): Promise<UserRecord | null> {
  await tx.lockMembership(organizationId, userId);
  return tx.lockUser(userId);
}

/** Returns whether anything changed. */
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

/** Queues an email to every active owner with a verified address, including the new one. */
async function notifyOwners(
  deps: Pick<Deps, "clock" | "mailer">,
  tx: Transaction,
  actor: SessionActor,
  organization: OrganizationRecord,
  appointed: UserRecord,
): Promise<void> {
  const owners = (await tx.listOwners(organization.id, deps.clock())).filter(
    ({ suspendedAt, user }) => suspendedAt === null && user.suspendedAt === null,
  );
  const everyone = owners.map(({ user }) => user);
  await queueNews(deps, tx, actor.user.id, everyone, ({ id }) => ({
    kind: "owner_appointed",
    details: {
      by: actor.user.name,
      name: appointed.name,
      email: appointed.email,
      organizationId: organization.id,
      organization: organization.name,
      isAboutReader: id === appointed.id,
    } satisfies Appointment,
  }));
}

/** The content of the email. It is news of that moment, so nothing makes it untrue. */
interface Appointment {
  readonly by: string;
  readonly name: string;
  readonly email: string;
  readonly organizationId: OrganizationId;
  readonly organization: string;
  readonly isAboutReader: boolean;
}

export function ownerComposers(deps: Pick<Deps, "settings">): Pick<Composers, "owner_appointed"> {
  return {
    owner_appointed: {
      compose: async (_tx, { recipient, details }) => ({
        email: emailTo(recipient, deps, details as unknown as Appointment),
      }),
    },
  };
}

function emailTo(to: string, { settings }: Pick<Deps, "settings">, appointment: Appointment): Email {
  const { isAboutReader, email } = appointment;
  const [name, owned, by] = [quoted(appointment.name), quoted(appointment.organization), quoted(appointment.by)];
  const who = isAboutReader ? "you" : `${name} (${email})`;
  return {
    to,
    // No name: people choose names, and a subject is read before its sender is known.
    subject: isAboutReader ? "You are now an owner of an organization" : "Your organization has a new owner",
    paragraphs: [
      `${by}, an instance admin of ${settings.baseUrl}, has made ${who} an owner of ${owned}.`,
      "Owners manage its members, tokens, API keys and policy. The appointment is in the organization's audit log.",
    ],
    action: {
      label: "See its members",
      url: `${settings.baseUrl}${organizationPage(appointment.organizationId, "members")}`,
    },
    reason: isAboutReader
      ? "You get this email because it is about you. If you do not want this role, ask another owner to change it."
      : "You get this email because you own the organization. If the appointment is wrong, talk to an instance admin, or change the role.",
  };
}

/**
 * Returns the audit log of the whole instance, newest first: accounts, services and all organizations, even deleted
 * ones.
 */
export function listInstanceEvents(
  deps: Pick<Deps, "store">,
  filter: Omit<AuditFilter, "concerning">,
  page: PageRequest,
): Promise<Page<ListedAuditEvent>> {
  return deps.store.reads.listAuditEvents(filter, page);
}
