import {
  type Catalogue,
  type MembershipId,
  type OrganizationId,
  OWNER_ROLE,
  parseName,
  type UserId,
} from "@mintmark/core";
import { newId } from "../secrets/generate.ts";
import type {
  ActorRef,
  MembershipRecord,
  OrganizationRecord,
  Page,
  PageRequest,
  Transaction,
  ViaRef,
} from "../store/store.ts";
import {
  type Actor,
  actorRef,
  authorOf,
  eventBy,
  eventOf,
  type RequestOrigin,
  type SessionActor,
  viaRef,
} from "./actor.ts";
import { type Authority, requirePermission, requireRecentSession } from "./authority.ts";
import type { Deps } from "./deps.ts";
import { requireName } from "./input.ts";
import { requireRoom } from "./limits/attempts.ts";
import { lockWithPermission, refusePersonal, requireLiveSession } from "./locks.ts";
import { revocationReceiptAt, type RevocationReceipt, Refusal } from "./refusal.ts";
import { endRestOfOrganization, endTokens, recordEnded } from "./token/end-many.ts";
import { revocationEvents } from "./token/revoke.ts";

/**
 * A page of the caller's organizations, the personal one first, then by name; with a query those whose name contains it.
 * A person who is signed in sees all they are a member of, also where they are suspended; a token or key sees the one it
 * is pinned to. Refuses the cursor of an organization that they are no longer in (`cursor_invalid`).
 */
export async function listOrganizations(
  deps: Deps,
  actor: Actor,
  query: string | null,
  page: PageRequest,
): Promise<Page<Standing>> {
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
  return { items: found.items.map((entry) => standingOf(deps.catalogue, entry)), next: found.next };
}

/** One organization and the caller's standing in it. */
export async function getOrganization(deps: Deps, actor: Actor, id: OrganizationId): Promise<Standing> {
  return standingBy(await requirePermission(deps, deps.store.reads, actor, id, "organization:read"));
}

/** Creates an organization that the caller owns. Anyone with an account may, until they are in as many as one can be. */
export function createOrganization(
  deps: Pick<Deps, "store" | "catalogue" | "clock" | "settings">,
  actor: SessionActor,
  input: { readonly name: string },
): Promise<Standing> {
  const name = requireName(input.name);
  return deps.store.transaction(async (tx) => {
    await requireLiveSession(deps, tx, actor);
    await requireRoom(deps, tx, "organizationsOfPerson", actor.user.id);
    const by = { actor: actorRef(actor), via: viaRef(actor), origin: actor.origin };
    const founded = await foundOrganization(tx, by, { name, owner: actor.user, personal: false, at: deps.clock() });
    return standingOf(deps.catalogue, founded);
  });
}

/** Renames an organization. Names are for people: two organizations may have the same one. */
export function renameOrganization(
  deps: Deps,
  actor: Actor,
  input: { readonly id: OrganizationId; readonly name: string },
): Promise<Standing> {
  const name = requireName(input.name);
  return deps.store.transaction(async (tx) => {
    const authority = await lockWithPermission(deps, tx, actor, input.id, "exclusive", "organization:write");
    const { organization } = authority;
    if (organization.name === name) return standingBy(authority);
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
    return standingBy({ ...authority, organization: { ...organization, name } });
  });
}

/**
 * Deletes an organization for good: when this returns, every token and key of it is dead, everywhere. The tombstones of
 * many are written afterwards.
 * Its name must be typed and the password be fresh. Tombstones stay, so that whoever holds a secret of
 * it can be told why it no longer works. A personal organization goes only with its account.
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
 * Ends the organization and records it, in the caller's transaction. The caller holds its exclusive lock; nothing can be
 * minted, invited or joined beside it. `tokens` is false when they ended with their holder's account.
 */
export async function endOrganization(
  deps: Pick<Deps, "clock">,
  tx: Transaction,
  actor: SessionActor,
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
  // Of many tokens the holders are told first, who are found by their memberships.
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
  return revocationReceiptAt(at);
}

export interface Foundation {
  readonly name: string;
  /** The first member, who owns it. */
  readonly owner: { readonly id: UserId; readonly name: string };
  /** Whether it is the owner's personal organization. */
  readonly personal: boolean;
  readonly at: number;
}

/**
 * Inserts an organization with its owner and the audit event, in the caller's transaction. The one way
 * an organization begins: shared ones by request, personal ones with the account.
 */
export async function foundOrganization(
  tx: Transaction,
  by: { readonly actor: ActorRef; readonly via: ViaRef | null; readonly origin: RequestOrigin | null },
  { name, owner, personal, at }: Foundation,
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
    throw new Error("an organization that was just founded cannot be found");
  return { organization, membership };
}

/** How someone stands in an organization: what sessions, lists and the organization itself answer. */
export interface Standing {
  readonly organization: OrganizationRecord;
  /** `null` for an API key: it belongs to the organization and is no member. */
  readonly membershipId: MembershipId | null;
  readonly role: string;
  /** Of a member: all that the role holds now. Of a credential: what is left of it. */
  readonly permissions: readonly string[];
  readonly state: "active" | "suspended";
}

/** A member's standing. A suspended one is shown what the role holds, and can use none of it. */
export function standingOf(
  catalogue: Catalogue,
  {
    organization,
    membership,
  }: { readonly organization: OrganizationRecord; readonly membership: Omit<MembershipRecord, "userId"> },
): Standing {
  return {
    organization,
    membershipId: membership.id,
    role: membership.role,
    permissions: catalogue.permissionsOf(membership.role),
    state: membership.suspendedAt === null ? "active" : "suspended",
  };
}

/** The standing of a caller who was just found to have this authority. */
function standingBy({ organization, membershipId, role, permissions }: Authority): Standing {
  return { organization, membershipId, role, permissions, state: "active" };
}
