// Organizations: listing, creating, renaming and deleting them, and the caller's membership in one.
// Rule: a personal organization is created and deleted with its account. Nothing here creates or deletes one
// separately.
// Deliberately absent: members, invitations and keys, each of which is a domain.
import {
  type Catalogue,
  type MembershipId,
  type OrganizationId,
  OWNER_ROLE,
  parseName,
  type UserId,
} from "@mintmark/core";
import { newId } from "../secrets/generate.ts";
import type { MembershipRecord, OrganizationRecord, Page, PageRequest, Transaction } from "../store/store.ts";
import {
  type Actor,
  authorOf,
  type Deps,
  eventBy,
  eventOf,
  type EventOrigin,
  type ManagementActor,
  refuseExternalDirectory,
  refuseKeptByHost,
  Refusal,
  type RevocationReceipt,
  revocationReceiptAt,
  type SessionActor,
} from "./use-case.ts";
import {
  type Authority,
  lockWithPermission,
  refusePersonal,
  requireLiveSession,
  requirePermission,
  requireRecentSession,
} from "./authority.ts";
import { requireName } from "./input.ts";
import { requireRoom } from "./limits/limits.ts";
import { endRestOfOrganization, endTokens, recordEnded, revocationEvents } from "./token/revoke.ts";

/** The caller's role and permissions in an organization, as sessions and lists of organizations show them. */
export interface OrganizationAccess {
  readonly organization: OrganizationRecord;
  /** `null` for an API key: it belongs to the organization and is no member. */
  readonly membershipId: MembershipId | null;
  readonly role: string;
  /** For a member, all permissions of the role now. For a credential, those that remain after narrowing. */
  readonly permissions: readonly string[];
  readonly state: "active" | "suspended";
}

/**
 * Returns a page of the caller's organizations, the personal one first, then by name. With a query, only those whose
 * name contains it. A session sees every organization of its user, also those where they are suspended. A credential
 * sees the one it is pinned to. Refuses the cursor of an organization that the user has left (`cursor_invalid`).
 */
export async function listOrganizations(
  deps: Deps,
  actor: Actor,
  query: string | null,
  page: PageRequest,
): Promise<Page<OrganizationAccess>> {
  if (actor.kind === "credential") {
    const own = await getOrganization(deps, actor, actor.principal.organization.id);
    const isFound = query === null || own.organization.name.toLowerCase().includes(query.toLowerCase());
    return { items: isFound && page.after === null ? [own] : [], next: null };
  }
  const found = await deps.store.reads.pageOrganizationsOfUser(actor.user.id, query, page);
  if (found === null) {
    throw new Refusal(
      "cursor_invalid",
      "The cursor refers to an organization that you have left. Start again without it.",
    );
  }
  return { items: found.items.map((entry) => accessOf(deps.catalogue, entry)), next: found.next };
}

/** Returns one organization and the caller's membership in it. */
export async function getOrganization(deps: Deps, actor: Actor, id: OrganizationId): Promise<OrganizationAccess> {
  return accessBy(await requirePermission(deps, deps.store.reads, actor, id, "organization:read"));
}

/** Creates an organization that the caller owns. Refuses a caller who is in as many organizations as allowed. */
export function createOrganization(
  deps: Pick<Deps, "store" | "catalogue" | "clock" | "settings">,
  actor: SessionActor,
  input: { readonly name: string },
): Promise<OrganizationAccess> {
  refuseExternalDirectory(deps);
  const name = requireName(input.name);
  return deps.store.transaction(async (tx) => {
    await requireLiveSession(deps, tx, actor);
    await requireRoom(deps, tx, "organizationsOfPerson", actor.user.id);
    const content = { name, owner: actor.user, personal: false, at: deps.clock() };
    return accessOf(deps.catalogue, await addOrganization(tx, authorOf(actor), content));
  });
}

/** Renames an organization. Two organizations may have the same name. */
export function renameOrganization(
  deps: Deps,
  actor: Actor,
  input: { readonly id: OrganizationId; readonly name: string },
): Promise<OrganizationAccess> {
  const name = requireName(input.name);
  return deps.store.transaction(async (tx) => {
    const authority = await lockWithPermission(deps, tx, actor, input.id, "exclusive", "organization:write");
    const { organization } = authority;
    refuseKeptByHost(deps, organization);
    if (organization.name === name) return accessBy(authority);
    await tx.renameOrganization(input.id, name);
    await tx.insertAuditEvents([
      eventBy(actor, {
        at: deps.clock(),
        organizationId: input.id,
        action: "organization.renamed",
        target: { kind: "organization", id: input.id, name },
        details: { before: { name: organization.name }, after: { name } },
      }),
    ]);
    return accessBy({ ...authority, organization: { ...organization, name } });
  });
}

/**
 * Deletes an organization for good. When this returns, every verification refuses its tokens and keys. If there are
 * many, their tombstones follow. The caller must type the name and have given the password recently. Tombstones stay,
 * so that a holder of a secret can learn why it no longer works. A personal organization is deleted only with its
 * account.
 */
export function deleteOrganization(
  deps: Deps,
  actor: SessionActor,
  input: { readonly id: OrganizationId; readonly name: string },
): Promise<RevocationReceipt> {
  return deps.store.transaction(async (tx) => {
    const { organization } = await lockWithPermission(deps, tx, actor, input.id, "exclusive", "organization:delete");
    await requireLiveSession(deps, tx, actor);
    refusePersonal(organization);
    refuseKeptByHost(deps, organization);
    requireTypedName(organization, input.name);
    requireRecentSession(deps, actor);
    return endOrganization(deps, tx, actor, organization);
  });
}

function requireTypedName(organization: OrganizationRecord, typed: string): void {
  if (parseName(typed) === organization.name) return;
  const message = `Type the organization's name exactly: ${organization.name}`;
  throw new Refusal("confirmation_mismatch", `The organization was not deleted. ${message}`, {
    errors: [{ field: "name", message }],
  });
}

/**
 * Ends the organization and writes the event, in the caller's transaction. The caller holds its exclusive lock, so
 * nobody can mint, invite or join meanwhile. `tokens` is false when the end of the owner's account has already ended
 * them.
 */
export async function endOrganization(
  deps: Pick<Deps, "clock">,
  tx: Transaction,
  actor: SessionActor | ManagementActor,
  { id, name }: Pick<OrganizationRecord, "id" | "name">,
  { tokens: endsTokens = true }: { readonly tokens?: boolean } = {},
): Promise<RevocationReceipt> {
  const author = authorOf(actor);
  const revocation = { at: deps.clock(), by: author.actor, reason: "organization_deleted" } as const;
  const { at, by } = revocation;
  const of = { kind: "organization", id } as const;
  await tx.deleteOrganization(id, at, by.id);
  const counted = await tx.countKeysAndInvitations(id);
  const tokens = endsTokens
    ? await endTokens(tx, of, revocation)
    : { of, revocation, count: 0, revoked: [], isWhole: true };
  // If there are many tokens, a follow-up first notifies their owners, whom it finds by their memberships.
  const { apiKeys, isWhole } = tokens.isWhole
    ? await endRestOfOrganization(tx, id, revocation)
    : { apiKeys: [], isWhole: false };
  const event = eventBy(actor, {
    at,
    organizationId: id,
    action: "organization.deleted",
    target: { kind: "organization", id, name },
    details: {
      revokedTokens: tokens.count,
      revokedApiKeys: counted.apiKeys,
      withdrawnInvitations: counted.invitations,
    },
  });
  await tx.insertAuditEvents([event, ...revocationEvents(author, "api_key", apiKeys, revocation, event.id)]);
  await recordEnded(tx, author, [{ ...tokens, isWhole }], event.id);
  return await revocationReceiptAt(tx, at);
}

export interface NewOrganizationContent {
  readonly name: string;
  /** The first member and owner. */
  readonly owner: { readonly id: UserId; readonly name: string };
  /** Whether it is the owner's personal organization. */
  readonly personal: boolean;
  readonly at: number;
}

/**
 * Inserts an organization with its owner and the audit event, in the caller's transaction. Every organization is
 * created here: shared ones by request, personal ones with the account.
 */
export async function addOrganization(
  tx: Transaction,
  by: EventOrigin,
  { name, owner, personal, at }: NewOrganizationContent,
): Promise<{ readonly organization: OrganizationRecord; readonly membership: MembershipRecord }> {
  const id: OrganizationId = newId("organization");
  const membershipId = newId("membership");
  await tx.insertOrganization({ id, name, personalOf: personal ? owner.id : null, createdAt: at });
  await tx.insertMembership({
    id: membershipId,
    organizationId: id,
    userId: owner.id,
    role: OWNER_ROLE,
    joinedAt: at,
  });
  await tx.insertAuditEvents([
    eventOf(by, {
      at,
      organizationId: id,
      action: "organization.created",
      target: { kind: "organization", id, name },
      details: { personal, owner: owner.id, membership: membershipId },
    }),
  ]);
  const organization = await tx.findOrganization(id);
  const membership = await tx.findMembership(id, owner.id);
  if (organization === null || membership === null)
    throw new Error("the organization that was just inserted cannot be found");
  return { organization, membership };
}

/** Describes a membership. A suspended member sees the permissions of their role, but can use none of them. */
export function accessOf(
  catalogue: Catalogue,
  {
    organization,
    membership,
  }: { readonly organization: OrganizationRecord; readonly membership: Omit<MembershipRecord, "userId"> },
): OrganizationAccess {
  return {
    organization,
    membershipId: membership.id,
    role: membership.role,
    permissions: catalogue.permissionsOf(membership.role),
    state: membership.suspendedAt === null ? "active" : "suspended",
  };
}

/** Describes the organization of a caller with this authority. */
function accessBy({ organization, membershipId, role, permissions }: Authority): OrganizationAccess {
  return { organization, membershipId, role, permissions, state: "active" };
}
