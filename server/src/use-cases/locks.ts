// The locks that use cases take before they evaluate the caller.
// Rule: a use case locks the organization's row first and then evaluates the caller, so the result stays true until the
// transaction ends. Take `exclusive` to change members, owners or the policy, or to add an invitation or a key. Take
// `shared` for work that must only not run beside such a change. The order of locks is: instance, organizations by id,
// membership, user, credentials.
// Deliberately absent: rules about what the caller may do, which are in authority.ts.
import type { OrganizationId, UserId } from "@mintmark/core";
import type { MembershipRecord, OrganizationRecord, Store, Transaction, UserRecord } from "../store/store.ts";
import type { Actor, SessionActor } from "./actor.ts";
import { type Authority, requirePermission } from "./authority.ts";
import type { Deps } from "./deps.ts";
import { Refusal } from "./refusal.ts";

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
  readonly entries: readonly {
    readonly organization: OrganizationRecord;
    readonly membership: MembershipRecord;
  }[];
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
 * first, so a change that waited for a suspension, deletion, sign-out or new password is refused here. Lock the
 * organizations before calling this.
 */
export async function requireLiveSession(
  deps: Pick<Deps, "clock">,
  tx: Transaction,
  actor: SessionActor,
): Promise<UserRecord> {
  const user = await tx.lockUser(actor.user.id);
  const session = await tx.findOpenSession(actor.user.id, actor.session.id, deps.clock());
  if (user !== null && user.deletedAt === null && user.suspendedAt === null && session !== null) return user;
  throw new Refusal("session_ended", "Your session ended while the server handled this request, so nothing changed.");
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
  if (user === null || user.deletedAt !== null || user.suspendedAt !== null || user.instanceAdminAt === null) {
    throw new Refusal("instance_admin_required", "Only an instance admin can do this, and you are no longer one.");
  }
  await requireLiveSession(deps, tx, actor);
}
