// The authority of a caller in an organization: their role and permissions there.
// Rule: a use case evaluates the authority inside the transaction that uses it. A caller who was demoted, suspended or
// removed a moment ago has already lost it. Nobody grants or revokes more than their own role allows.
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
  /** The permissions that remain after narrowing and the policy's ceiling. */
  readonly permissions: readonly string[];
}

type AuthorityDeps = Pick<Deps, "catalogue" | "clock" | "settings">;

/**
 * Returns the caller's present authority in the organization. Refuses with `not_found` when the caller has none:
 * another organization must look exactly like one that does not exist.
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
  // The client's network was checked when the request arrived. Only what may have changed since is evaluated here.
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
  if (!verdict.ok)
    throw new Refusal(verdict.code, "The credential stopped working while the server handled this request.");
  return {
    organization,
    membershipId: verdict.principal.membershipId,
    role: verdict.principal.role,
    permissions: verdict.principal.permissions,
  };
}

/** Like `authorityIn`, but also refuses a caller who does not hold the permission. */
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
    `This request needs ${missing.join(", ")}. Ask an owner or admin of the organization for a role that includes it, or use a token that was not narrowed.`,
    { missingPermissions: missing },
  );
}

/** Refuses a role that holds permissions the caller lacks: nobody grants or revokes more than their own role allows. */
export function requireCoversRole(catalogue: Catalogue, authority: Authority, role: string): void {
  if (coversRole(catalogue, role, authority.permissions)) return;
  throw new Refusal(
    "role_exceeds_caller",
    `The role "${role}" includes permissions that you do not have. Ask someone who has them, such as an owner.`,
  );
}

/** Refuses a role that is not in the catalogue. */
export function requireKnownRole(catalogue: Catalogue, role: string): void {
  if (catalogue.roles.has(role)) return;
  const known = [...catalogue.roles.keys()].join(", ");
  throw new Refusal("role_unknown", `There is no such role. Choose one of: ${known}.`, {
    errors: [{ field: "role", message: `Choose one of: ${known}.` }],
  });
}

/**
 * Refuses a session that needs a recent password for this action and has none. A credential has no password: its
 * permissions limit it instead.
 */
export function requireRecentPassword(deps: Pick<Deps, "catalogue" | "clock">, actor: Actor, deed: Deed): void {
  if (actor.kind === "session" && needsRecentPassword(deps.catalogue, deed, deps.clock()))
    requireRecentSession(deps, actor);
}

/** Refuses a session whose password was last given more than 15 minutes ago. */
export function requireRecentSession(deps: Pick<Deps, "clock">, { session }: Pick<SessionActor, "session">): void {
  if (deps.clock() - session.authenticatedAt <= REAUTHENTICATION_MS) return;
  throw new Refusal(
    "reauthentication_required",
    "You last entered your password more than 15 minutes ago. Enter it again, then repeat this request.",
  );
}

/**
 * Returns whether the organization would have no active owner without this membership. Call it while holding the
 * organization's exclusive lock.
 */
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

/** Returns whether the caller cannot change anything there: the token is read-only, or the policy's ceiling is. */
export function isReadOnlyAuthority(catalogue: Catalogue, authority: Authority): boolean {
  return isReadOnly(catalogue, authority.permissions);
}

/** Returns whether the policy lets admins see members' tokens, or also revoke them. */
export function allowsOversight(policy: Pick<TokenPolicy, "oversight">, wanted: "list" | "list-and-revoke"): boolean {
  return policy.oversight === "list-and-revoke" || policy.oversight === wanted;
}
