// What the caller may do in an organization, judged inside the transaction that acts on it, so that a
// caller who was demoted, suspended or removed a moment ago has already lost the authority.
import {
  type Catalogue,
  coversRole,
  type Deed,
  evaluate,
  isReadOnly,
  type MembershipId,
  needsRecentPassword,
  type OrganizationId,
  REAUTHENTICATION_MS,
  type TokenPolicy,
} from "@mintmark/core";
import type { MembershipRecord, OrganizationRecord, Reads } from "../store/store.ts";
import type { Actor, SessionActor } from "./actor.ts";
import type { Deps } from "./deps.ts";
import { notFound, Refusal } from "./refusal.ts";

export interface Authority {
  readonly organization: OrganizationRecord;
  /** The caller's membership; `null` for an API key. */
  readonly membershipId: MembershipId | null;
  readonly role: string;
  /** Effective permissions, after narrowing and ceiling. */
  readonly permissions: readonly string[];
}

type AuthorityDeps = Pick<Deps, "catalogue" | "clock" | "settings">;

/**
 * The caller's present authority in the organization. Refuses with `not_found` when the caller has
 * none there: an organization of others looks exactly like one that does not exist.
 */
export async function authorityIn(
  deps: AuthorityDeps,
  reads: Reads,
  actor: Actor,
  organizationId: OrganizationId,
): Promise<Authority> {
  const organization = await reads.findOrganization(organizationId);
  if (organization === null || organization.deletedAt !== null) throw notFound();
  if (actor.kind === "credential") return credentialAuthority(deps, reads, actor, organization);
  const membership = await reads.findMembership(organizationId, actor.user.id);
  if (membership === null) throw notFound();
  return {
    organization,
    membershipId: membership.id,
    role: membership.role,
    permissions: membership.suspendedAt === null ? deps.catalogue.permissionsOf(membership.role) : [],
  };
}

async function credentialAuthority(
  deps: AuthorityDeps,
  reads: Reads,
  actor: Extract<Actor, { kind: "credential" }>,
  organization: OrganizationRecord,
): Promise<Authority> {
  const { credential, organization: pinned } = actor.principal;
  if (pinned.id !== organization.id) throw notFound();
  const facts =
    credential.kind === "pat"
      ? await reads.findToken(credential.id as Parameters<Reads["findToken"]>[0])
      : await reads.findApiKey(credential.id as Parameters<Reads["findApiKey"]>[0]);
  // The client's network was judged when the request came in; here only what may have changed since.
  const verdict =
    facts === null
      ? null
      : evaluate(facts, {
          catalogue: deps.catalogue,
          now: deps.clock(),
          allowPersonal: deps.settings.allowPersonalTokens,
          isClientIn: () => true,
        });
  if (verdict === null) throw notFound();
  if (!verdict.ok) throw new Refusal(verdict.code, "The credential stopped working while this request was on its way.");
  return {
    organization,
    membershipId: verdict.principal.membershipId,
    role: verdict.principal.role,
    permissions: verdict.principal.permissions,
  };
}

/** Like `authorityIn`, and the caller must hold the permission there. */
export async function requirePermission(
  deps: AuthorityDeps,
  reads: Reads,
  actor: Actor,
  organizationId: OrganizationId,
  permission: string,
): Promise<Authority> {
  const authority = await authorityIn(deps, reads, actor, organizationId);
  if (!authority.permissions.includes(permission)) throw permissionDenied([permission]);
  return authority;
}

export function permissionDenied(missing: readonly string[]): Refusal {
  return new Refusal(
    "permission_denied",
    `This needs ${missing.join(", ")}. Ask an owner or admin of the organization for a role that includes it, or use a token that was not narrowed.`,
    { missingPermissions: missing },
  );
}

/** Nobody hands out, or takes away, more than they have: the caller's permissions must include all of the role's. */
export function requireCoversRole(catalogue: Catalogue, authority: Authority, role: string): void {
  if (coversRole(catalogue, role, authority.permissions)) return;
  throw new Refusal(
    "role_exceeds_caller",
    `The role "${role}" holds permissions that you do not have. Ask someone who has them, such as an owner.`,
  );
}

/** Refuses a role the catalogue does not have. */
export function requireKnownRole(catalogue: Catalogue, role: string): void {
  if (catalogue.roles.has(role)) return;
  const known = [...catalogue.roles.keys()].join(", ");
  throw new Refusal("role_unknown", `There is no such role. Choose one of: ${known}.`, {
    errors: [{ field: "role", message: `Choose one of: ${known}.` }],
  });
}

/** Refuses a session that does what needs a recent password without one. A credential has none: its permissions bound it. */
export function requireRecentPassword(deps: Pick<Deps, "catalogue" | "clock">, actor: Actor, deed: Deed): void {
  if (actor.kind === "session" && needsRecentPassword(deps.catalogue, deed, deps.clock()))
    requireRecentSession(deps, actor);
}

/** The same for what any session needs it for. */
export function requireRecentSession(deps: Pick<Deps, "clock">, { session }: Pick<SessionActor, "session">): void {
  if (deps.clock() - session.authenticatedAt <= REAUTHENTICATION_MS) return;
  throw new Refusal(
    "reauthentication_required",
    "Your password was last given more than 15 minutes ago. Enter it again, then repeat this.",
  );
}

/** Whether this membership's end would leave the organization without an active owner. Call it under the organization's exclusive lock. */
export async function isLastActiveOwner(reads: Reads, membership: MembershipRecord): Promise<boolean> {
  if (membership.role !== "owner" || membership.suspendedAt !== null) return false;
  const user = await reads.findUser(membership.userId);
  if (user === null || user.suspendedAt !== null) return false;
  return (await reads.countActiveOwners(membership.organizationId)) <= 1;
}

export function lastOwner(organizationName: string): Refusal {
  return new Refusal(
    "last_owner",
    `"${organizationName}" would be left without an active owner. Make someone else an owner first.`,
  );
}

/** Whether the caller can change nothing there: a read-only token, or one under a read-only ceiling. */
export function isReadOnlyAuthority(catalogue: Catalogue, authority: Authority): boolean {
  return isReadOnly(catalogue, authority.permissions);
}

/** Whether the policy lets the caller's oversight reach this far. */
export function allowsOversight(policy: Pick<TokenPolicy, "oversight">, wanted: "list" | "list-and-revoke"): boolean {
  return policy.oversight === "list-and-revoke" || policy.oversight === wanted;
}
