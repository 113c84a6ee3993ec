// The person or credential behind a grant. A grant is an invitation, or an organization that is open to a domain.
// Rule: a grant carries only what its granter may still give when someone redeems it. That is evaluated under the locks
// of the redemption. So no loss of authority has to withdraw grants, and none can be forgotten.
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
import { type Actor, actorRef, type AnyActor, authorOf, type Deps, eventOf, type EventOrigin } from "./use-case.ts";
import type { Authority } from "./authority.ts";

/** A person in their browser, or the credential that made the grant. A credential's grants end with the credential. */
export type Granter =
  | { readonly kind: "user"; readonly id: UserId }
  | { readonly kind: "pat"; readonly id: TokenId }
  | { readonly kind: "api_key"; readonly id: ApiKeyId };

type EvaluationDeps = Pick<Deps, "catalogue" | "clock" | "settings">;

/**
 * Returns what the granter may do in the organization now. The list is empty when the granter was suspended, has left,
 * or when their credential has ended.
 */
export async function permissionsOfGranter(
  deps: EvaluationDeps,
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
  deps: EvaluationDeps,
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
    // The granting request passed the network rule then. The redeeming request comes from another client.
    isClientIn: () => true,
  });
  return verdict.ok ? verdict.principal.permissions : [];
}

/**
 * Locks the credential that made the grant, so that a revocation waits for this redemption or is seen by it. A person
 * needs no lock: everything that takes away their authority holds the organization's lock. Take this lock last.
 */
export async function lockGranter(tx: Transaction, granter: Granter): Promise<void> {
  if (granter.kind === "pat") await tx.lockToken(granter.id);
  if (granter.kind === "api_key") await tx.lockApiKey(granter.id);
}

/** Returns whether these permissions may hand out the role. `needs` is the permission for handing it out. */
export function mayGrant(
  catalogue: Catalogue,
  permissions: readonly string[],
  { needs, role }: { readonly needs: string; readonly role: string },
): boolean {
  return permissions.includes(needs) && coversRole(catalogue, role, permissions);
}

/** Returns the issuer that an invitation stores. */
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

/** Builds the audit event of a withdrawal. `because` is the event that caused it, if there is one. */
export function withdrawnEvent(
  actor: AnyActor,
  invitation: InvitationRecord,
  at: number,
  because?: AuditEventId,
): AuditEventRecord {
  return withdrawnEventOf(authorOf(actor), invitation, at, because);
}

/** The same for an author who need not be signed in. */
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
