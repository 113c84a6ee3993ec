// Joining an organization without an invitation, by having an email address of its domain.
// Rule: it is off unless a member who may write the organization's settings opens it, to the domain of the member's
// verified address, for a role that they cover and that is not owner. It works only as long as that member could still
// open it. The person who joins has verified an address there, asks for it themselves, and is named in the audit log. A
// person who was removed cannot come back this way, nor with a new account of the same mailbox.
// Deliberately absent: personal organizations, public mail domains, and adding people who did not ask.
import { emailDomain, isPublicMailDomain, type OrganizationId, OWNER_ROLE, parseDomain } from "@mintmark/core";
import { newId } from "../../secrets/generate.ts";
import type {
  DomainJoiningRecord,
  JoinableRecord,
  OrganizationRecord,
  Page,
  PageRequest,
  Reads,
  Transaction,
  UserRecord,
} from "../../store/store.ts";
import {
  type Actor,
  type Deps,
  eventBy,
  isAddressProvedHere,
  notFound,
  refuseExternalDirectory,
  Refusal,
  type SessionActor,
} from "../use-case.ts";
import {
  lockWithPermission,
  refusePersonal,
  requireCoversRole,
  requireKnownRole,
  requireLiveSession,
  requirePermission,
  requireRecentPassword,
} from "../authority.ts";
import { mayGrant, permissionsOfGranter, withdrawnEvent } from "../grants.ts";
import { requireRoomToJoin } from "../limits/limits.ts";

type JoiningDeps = Pick<Deps, "store" | "clock" | "catalogue" | "settings">;

/** The domain and role of an organization that is open to a domain, and whether people can join now. */
export interface DomainJoining {
  readonly joining: DomainJoiningRecord;
  /** `false` when the person who opened it may no longer do so. Nobody can join until somebody opens it again. */
  readonly isOpen: boolean;
}

/** Returns the domain whose people may join, or `null` if there is none. */
export async function getDomainJoining(
  deps: JoiningDeps,
  actor: Actor,
  organizationId: OrganizationId,
): Promise<DomainJoining | null> {
  const { reads } = deps.store;
  const { organization } = await requirePermission(deps, reads, actor, organizationId, "organization:read");
  const joining = await reads.findDomainJoining(organizationId);
  return joining === null ? null : { joining, isOpen: await isOpen(deps, reads, organization, joining) };
}

/** Returns whether the person who opened it could give its role now. This is evaluated at every joining. */
async function isOpen(
  deps: Pick<Deps, "catalogue" | "clock" | "settings">,
  reads: Reads,
  organization: OrganizationRecord,
  { role, setBy }: DomainJoiningRecord,
): Promise<boolean> {
  const permissions = await permissionsOfGranter(deps, reads, organization, { kind: "user", id: setBy });
  return mayGrant(deps.catalogue, permissions, { needs: "organization:write", role });
}

/**
 * Opens the organization to everyone with a verified address of the caller's own domain, in a role that the caller
 * covers. If it is already open with this domain and role, the person who opened it stays the same while they still
 * could.
 */
export function setDomainJoining(
  deps: JoiningDeps,
  actor: SessionActor,
  input: { readonly organizationId: OrganizationId; readonly domain: string; readonly role: string },
): Promise<DomainJoiningRecord> {
  refuseExternalDirectory(deps);
  const { organizationId, role } = input;
  const domain = requireDomain(input.domain);
  return deps.store.transaction(async (tx) => {
    const authority = await lockWithPermission(deps, tx, actor, organizationId, "exclusive", "organization:write");
    const { organization } = authority;
    refusePersonal(organization);
    requireOwnDomain(await requireLiveSession(deps, tx, actor), domain);
    requireKnownRole(deps.catalogue, role);
    if (role === OWNER_ROLE) throw ownerByDomain();
    requireCoversRole(deps.catalogue, authority, role);
    requireRecentPassword(deps, actor, { kind: "powerful-role", role });
    const before = await tx.findDomainJoining(organizationId);
    const isSame = before?.domain === domain && before.role === role;
    if (isSame && (await isOpen(deps, tx, organization, before))) return before;
    const joining = { organizationId, domain, role, setAt: deps.clock(), setBy: actor.user.id };
    await tx.setDomainJoining(joining);
    await tx.insertAuditEvents([
      eventBy(actor, {
        at: joining.setAt,
        organizationId,
        action: "organization.joining_changed",
        target: { kind: "organization", id: organizationId, name: organization.name },
        details: { before: summaryOf(before), after: summaryOf(joining) },
      }),
    ]);
    return joining;
  });
}

/** Closes the organization to the domain. Members who have joined stay. Repeating it changes nothing. */
export function clearDomainJoining(
  deps: JoiningDeps,
  actor: SessionActor,
  organizationId: OrganizationId,
): Promise<void> {
  return deps.store.transaction(async (tx) => {
    const { organization } = await lockWithPermission(
      deps,
      tx,
      actor,
      organizationId,
      "exclusive",
      "organization:write",
    );
    await requireLiveSession(deps, tx, actor);
    const before = await tx.findDomainJoining(organizationId);
    if (before === null) return;
    await tx.clearDomainJoining(organizationId);
    await tx.insertAuditEvents([
      eventBy(actor, {
        at: deps.clock(),
        organizationId,
        action: "organization.joining_changed",
        target: { kind: "organization", id: organizationId, name: organization.name },
        details: { before: summaryOf(before), after: null },
      }),
    ]);
  });
}

function summaryOf(joining: DomainJoiningRecord | null): { readonly domain: string; readonly role: string } | null {
  return joining === null ? null : { domain: joining.domain, role: joining.role };
}

function requireDomain(text: string): string {
  const domain = parseDomain(text);
  if (domain === null) {
    const message = "Enter a domain such as example.com.";
    throw new Refusal("domain_invalid", `The domain cannot be used. ${message}`, {
      errors: [{ field: "domain", message }],
    });
  }
  if (!isPublicMailDomain(domain)) return domain;
  const message = `Anyone can get an address at ${domain}. Use a domain that belongs to your organization.`;
  throw new Refusal("domain_public", `The organization was not opened. ${message}`, {
    errors: [{ field: "domain", message }],
  });
}

function requireOwnDomain(user: UserRecord, domain: string): void {
  if (isAddressProvedHere(user) && emailDomain(user.email) === domain) return;
  const message =
    emailDomain(user.email) === domain
      ? "Confirm your own address there first, in your profile."
      : `Your own verified address must be at ${domain}; yours is at ${emailDomain(user.email)}.`;
  throw new Refusal("domain_unproved", `The organization was not opened. ${message}`, {
    errors: [{ field: "domain", message }],
  });
}

function ownerByDomain(): Refusal {
  const message = "Nobody can become an owner by joining. Choose a role below it.";
  return new Refusal("role_exceeds_caller", message, { errors: [{ field: "role", message }] });
}

type JoinDeps = Pick<Deps, "store" | "clock" | "catalogue" | "settings">;

/**
 * Makes the caller a member of an organization that is open to their verified domain, and switches the session to it.
 * An organization that is not open to them is `not_found`, like one that does not exist.
 */
export function joinByDomain(
  deps: JoinDeps,
  actor: SessionActor,
  organizationId: OrganizationId,
): Promise<SessionActor> {
  refuseExternalDirectory(deps);
  return deps.store.transaction(async (tx) => {
    // Exclusive, as for every change of members: the organization cannot be closed or deleted meanwhile.
    const organization = await tx.lockOrganization(organizationId, "exclusive");
    const user = await requireLiveSession(deps, tx, actor);
    if (organization === null || organization.deletedAt !== null) throw notFound();
    const joining = await openJoining(deps, tx, organization, user);
    if ((await tx.findMembership(organizationId, user.id)) !== null) {
      throw new Refusal("already_member", `You are already a member of "${organization.name}". Switch to it instead.`);
    }
    if (await tx.wasRemoved(organizationId, user)) throw notFound();
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

/** Returns how the organization is open to this person, or refuses. */
async function openJoining(
  deps: Pick<Deps, "catalogue" | "clock" | "settings">,
  tx: Transaction,
  organization: OrganizationRecord,
  user: UserRecord,
): Promise<DomainJoiningRecord> {
  const joining = await tx.findDomainJoining(organization.id);
  if (joining === null || !isAddressProvedHere(user) || emailDomain(user.email) !== joining.domain) throw notFound();
  if (!(await isOpen(deps, tx, organization, joining))) throw notFound();
  return joining;
}

/**
 * Returns the organizations that are open to the domain of the caller's verified address. Leaves out those that the
 * caller is in, was removed from or is suspended in, and those that the person who opened them may no longer open. An unverified address,
 * and one that only the host calls verified, gets none.
 */
export async function listJoinableOrganizations(
  deps: Pick<Deps, "store" | "catalogue" | "clock" | "settings">,
  { user }: SessionActor,
  page: PageRequest,
): Promise<Page<JoinableRecord>> {
  refuseExternalDirectory(deps);
  if (!isAddressProvedHere(user)) return { items: [], next: null };
  const filter = { userId: user.id, domain: emailDomain(user.email) };
  const { reads } = deps.store;
  const { items, next } = await reads.listJoinableOrganizations(filter, page);
  const open = await Promise.all(
    items.map(async (joinable) => {
      const organization = await reads.findOrganization(joinable.organizationId);
      if (organization === null || !(await isOpen(deps, reads, organization, joinable))) return false;
      return !(await reads.wasRemoved(organization.id, user));
    }),
  );
  return { items: items.filter((_, index) => open[index] === true), next };
}
