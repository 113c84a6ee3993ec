// The person or credential behind a grant: an invitation, or an organization that is open to a domain.
// Rule: a grant carries only what its granter may do when it is redeemed, evaluated under the locks of the redemption.
// Losing authority need not withdraw grants, so no way of losing it can be forgotten, and regaining it needs no repair.
// Deliberately absent: device logins and calendar feeds, which act as the person themselves.
import {
  type ApiKeyId,
  type AuditEventId,
  type Catalogue,
  coversRole,
  evaluate,
  type TokenId,
  type UserId,
} from "@mintmark/core";
import type {
  AuditEventRecord,
  InvitationIssuer,
  InvitationRecord,
  OrganizationRecord,
  Reads,
  Transaction,
} from "../store/store.ts";
import { type Actor, actorRef, eventOf, type EventOrigin, viaRef } from "./actor.ts";
import type { Authority } from "./authority.ts";
import type { Deps } from "./deps.ts";

/** A person in their browser, or the credential through which it was granted: such a grant ends with the credential. */
export type Granter =
  | { readonly kind: "user"; readonly id: UserId }
  | { readonly kind: "pat"; readonly id: TokenId }
  | { readonly kind: "api_key"; readonly id: ApiKeyId };

type JudgeDeps = Pick<Deps, "catalogue" | "clock" | "settings">;

/** What the granter may do in the organization now; nothing, for one who is suspended, has left, or whose credential ended. */
export async function permissionsOfGranter(
  deps: JudgeDeps,
  reads: Reads,
  organization: OrganizationRecord,
  granter: Granter,
): Promise<readonly string[]> {
  if (organization.deletedAt !== null) return [];
  if (granter.kind !== "user") return permissionsOfCredential(deps, reads, organization, granter);
  const [user, membership] = await Promise.all([
    reads.findUser(granter.id),
    reads.findMembership(organization.id, granter.id),
  ]);
  if (user === null || user.deletedAt !== null || user.suspendedAt !== null) return [];
  if (membership === null || membership.suspendedAt !== null) return [];
  return deps.catalogue.permissionsOf(membership.role);
}

async function permissionsOfCredential(
  deps: JudgeDeps,
  reads: Reads,
  organization: OrganizationRecord,
  granter: Exclude<Granter, { kind: "user" }>,
): Promise<readonly string[]> {
  const facts = granter.kind === "pat" ? await reads.findToken(granter.id) : await reads.findApiKey(granter.id);
  if (facts === null || facts.organization.id !== organization.id) return [];
  const verdict = evaluate(facts, {
    catalogue: deps.catalogue,
    now: deps.clock(),
    allowPersonal: deps.settings.allowPersonalTokens,
    // The network of the request that granted was judged then; the one that redeems is another client's.
    isClientIn: () => true,
  });
  return verdict.ok ? verdict.principal.permissions : [];
}

/**
 * Locks the credential that granted, so that its revocation waits for what is redeemed now, or is seen. People need no
 * lock of their own: what takes their authority holds the organization's. Take it after every other lock.
 */
export async function lockGranter(tx: Transaction, granter: Granter): Promise<void> {
  if (granter.kind === "pat") await tx.lockToken(granter.id);
  if (granter.kind === "api_key") await tx.lockApiKey(granter.id);
}

/** Whether these permissions may hand out the role, by the permission that handing it out takes. */
export function mayGrant(
  catalogue: Catalogue,
  permissions: readonly string[],
  { needs, role }: { readonly needs: string; readonly role: string },
): boolean {
  return permissions.includes(needs) && coversRole(catalogue, role, permissions);
}

/** How an invitation remembers the actor who issues it. */
export function issuerOf(actor: Actor, { membershipId }: Pick<Authority, "membershipId">): InvitationIssuer {
  const { id, name } = actorRef(actor);
  const credential = actor.kind === "credential" ? actor.principal.credential : null;
  return {
    invitedByMembershipId: membershipId,
    invitedByTokenId: credential?.kind === "pat" ? (credential.id as TokenId) : null,
    invitedBy: { id, name },
  };
}

export function granterOf({ invitedByMembershipId, invitedByTokenId, invitedBy }: InvitationIssuer): Granter {
  if (invitedByTokenId !== null) return { kind: "pat", id: invitedByTokenId };
  return invitedByMembershipId === null
    ? { kind: "api_key", id: invitedBy.id as ApiKeyId }
    : { kind: "user", id: invitedBy.id as UserId };
}

/** The audit event of a withdrawal. `because` is the event of its cause, when it was not withdrawn for its own sake. */
export function withdrawnEvent(
  actor: Actor,
  invitation: InvitationRecord,
  at: number,
  because?: AuditEventId,
): AuditEventRecord {
  return withdrawnEventOf(
    { actor: actorRef(actor), via: viaRef(actor), origin: actor.origin },
    invitation,
    at,
    because,
  );
}

/** The same, of somebody who need not be signed in. */
export function withdrawnEventOf(
  by: EventOrigin,
  invitation: InvitationRecord,
  at: number,
  because?: AuditEventId,
): AuditEventRecord {
  return eventOf(by, {
    at,
    organizationId: invitation.organizationId,
    action: "invitation.withdrawn",
    target: { kind: "invitation", id: invitation.id, name: invitation.email },
    details: {
      role: invitation.role,
      expired: invitation.expiresAt <= at,
      ...(because === undefined ? {} : { because }),
    },
  });
}
