// The authority of a caller in an organization: their role and permissions there, and the locks under which it holds.
// Rule: a use case locks first and then evaluates the caller, inside the transaction that uses the authority. So a caller
// who was demoted, suspended or removed a moment ago has already lost it, and the result stays true until the transaction ends.
// Take `exclusive` to change members, owners or the policy, or to add an invitation or a key. Take `shared` for work that must
// only not run beside such a change. The order of locks is: instance, organizations by id, membership, user, credentials.
// Nobody grants or revokes more than their own role allows.
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
  type UserId,
} from "@mintmark/core";
import type {
  ManagementKeyRecord,
  MembershipRecord,
  OrganizationRecord,
  OwnOrganization,
  Reads,
  Store,
  Transaction,
  UserRecord,
} from "../store/store.ts";
import {
  type Actor,
  type Deps,
  type ManagementActor,
  notFound,
  reaches,
  Refusal,
  type SessionActor,
} from "./use-case.ts";

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
  if (membership === null || !reaches(actor, membership.id)) throw notFound();
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

/** Returns the active organization of the session. Refuses a session whose user is in none (`not_found`). */
export function activeOrganization({ session }: Pick<SessionActor, "session">): OrganizationId {
  if (session.organizationId !== null) return session.organizationId;
  throw new Refusal("not_found", "You are in no organization, so there is nothing here for you to use.");
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
    session.handOff === null
      ? "You last entered your password more than 15 minutes ago. Enter it again, then repeat this request."
      : "You last proved who you are more than 15 minutes ago. Do it again where you came from, and come back by a new hand-off.",
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

/**
 * Locks the organization, then requires the permission there. Every change of a role, a membership or the policy waits
 * for this lock, so the caller keeps the authority until the transaction ends.
 */
export async function lockWithPermission(
  deps: Pick<Deps, "catalogue" | "clock" | "settings">,
  tx: Transaction,
  actor: Actor,
  organizationId: OrganizationId,
  mode: "exclusive" | "shared",
  permission: string,
): Promise<Authority> {
  await tx.lockOrganization(organizationId, mode);
  return requirePermission(deps, tx, actor, organizationId, permission);
}

/** Refuses a personal organization: it has no invitations, and its one member never changes. */
export function refusePersonal(organization: OrganizationRecord): void {
  if (organization.personalOf === null) return;
  throw new Refusal(
    "personal_organization",
    `"${organization.name}" is a personal organization. Its owner is its only member, and it is deleted with their account. Create an organization to work with others.`,
  );
}

export interface LockedUser {
  /** `null` when there is no such user. */
  readonly user: UserRecord | null;
  /** Every organization of the user, locked exclusively: nobody can mint, join, leave or change its policy. */
  readonly entries: readonly OwnOrganization[];
}

const ATTEMPTS = 5;

/**
 * Runs `work` in one transaction that has locked the user's organizations, by id, and then the user. Joining or
 * creating an organization also locks the user, so the list cannot grow under the lock. When it grew just before, the
 * transaction starts again without any effect. `also` names one more organization to lock, for a user who is about to
 * join it.
 */
export async function withUserLocked<T>(
  store: Store,
  userId: UserId,
  work: (tx: Transaction, locked: LockedUser) => Promise<T>,
  options: { readonly lockInstance?: boolean; readonly also?: OrganizationId } = {},
): Promise<T> {
  for (let attempt = 1; attempt <= ATTEMPTS; attempt++) {
    const done = await store.transaction(async (tx) => {
      if (options.lockInstance === true) await tx.lockInstance();
      const locked = await lockEverywhere(tx, userId, options.also);
      return locked === null ? null : { result: await work(tx, locked) };
    });
    if (done !== null) return done.result;
  }
  throw new Error(`user ${userId} kept joining organizations while a change of the whole account waited`);
}

/** Returns the locked user, or `null` when they have joined an organization that is not locked. */
async function lockEverywhere(tx: Transaction, userId: UserId, also?: OrganizationId): Promise<LockedUser | null> {
  const before = await tx.listOrganizationsOfUser(userId);
  const ids = [...before.map(({ organization }) => organization.id), ...(also === undefined ? [] : [also])].sort();
  for (const id of new Set(ids)) await tx.lockOrganization(id, "exclusive");
  const user = await tx.lockUser(userId);
  const entries = await tx.listOrganizationsOfUser(userId);
  return entries.every(({ organization }) => ids.includes(organization.id)) ? { user, entries } : null;
}

/**
 * Locks the caller's user and requires that their session is still open. Everything that ends sessions locks the user
 * first, so a change that waited for a suspension, deletion, sign-out or new password is refused here. The end of a
 * hand-off or of its management key waits for the caller's transaction, or is seen here. Lock the organizations before
 * calling this.
 */
export async function requireLiveSession(
  deps: Pick<Deps, "clock">,
  tx: Transaction,
  actor: SessionActor,
): Promise<UserRecord> {
  const user = await tx.lockUser(actor.user.id);
  const { handOff } = actor.session;
  if (handOff !== null) await tx.lockHandOff(handOff.id);
  const session = await tx.findOpenSession(actor.user.id, actor.session.id, deps.clock());
  if (user !== null && user.deletedAt === null && user.suspendedAt === null && session !== null) return user;
  throw sessionEndedMeanwhile();
}

export function sessionEndedMeanwhile(): Refusal {
  return new Refusal("session_ended", "Your session ended while the server handled this request, so nothing changed.");
}

/** Whether the account is that of an instance admin who can act. */
export function isActiveInstanceAdmin({ deletedAt, suspendedAt, instanceAdminAt }: UserRecord): boolean {
  return deletedAt === null && suspendedAt === null && instanceAdminAt !== null;
}

/**
 * Requires that the caller is still signed in and still an instance admin. Call it inside the transaction that acts:
 * when two admins suspend each other at once, the second has already lost the authority. An instance admin has no
 * authority in any organization and never sees a secret.
 */
export async function requireInstanceAdmin(
  deps: Pick<Deps, "clock">,
  tx: Transaction,
  actor: SessionActor,
): Promise<void> {
  const user = await tx.lockUser(actor.user.id);
  if (user === null || !isActiveInstanceAdmin(user)) {
    throw new Refusal("instance_admin_required", "Only an instance admin can do this, and you are no longer one.");
  }
  await requireLiveSession(deps, tx, actor);
}

/** Refuses a management key that was revoked or has expired. */
export function requireActiveKey(deps: Pick<Deps, "clock">, key: ManagementKeyRecord): void {
  if (key.revokedAt !== null)
    throw new Refusal("token_revoked", "This management key never works again. Ask an instance admin for a new one.");
  if (key.expiresAt !== null && key.expiresAt <= deps.clock())
    throw new Refusal("token_expired", "This management key has ended. Ask an instance admin for a new one.");
}

/**
 * Requires, inside the transaction that acts, that the key was not revoked since the request arrived. Every change that the
 * host makes calls this after its locks.
 */
export async function requireLiveManagementKey(
  deps: Pick<Deps, "clock">,
  reads: Pick<Reads, "findManagementKey">,
  { key }: ManagementActor,
): Promise<void> {
  const now = await reads.findManagementKey(key.id);
  if (now === null) throw notFound();
  requireActiveKey(deps, now);
}
