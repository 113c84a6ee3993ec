// Organizations: founded, renamed, deleted, and how a caller stands in one.
// Rule: whatever acts on an organization locks its row first and judges the caller after the lock, so that
// what is judged stays true until the transaction ends. `exclusive` for what changes members, ownership or
// the policy or adds an invitation or a key, `shared` for what only must not run beside such a change. Personal organizations come and go
// with their account; nothing here makes or ends one on its own.
import type { OrganizationId, UserId } from "@mintmark/core";
import type { MembershipRecord, OrganizationRecord, Store, Transaction, UserRecord } from "../store/store.ts";
import type { Actor, SessionActor } from "./actor.ts";
import { type Authority, requirePermission } from "./authority.ts";
import type { Deps } from "./deps.ts";
import { Refusal } from "./refusal.ts";

/**
 * Locks the organization and requires the permission there, in this order: what is judged stays true
 * until the transaction ends, because whoever changes a role, a membership or the policy waits for the lock.
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

/** Refuses what a personal organization never has: invitations, and members that come, go or change. */
export function refusePersonal(organization: OrganizationRecord): void {
  if (organization.personalOf === null) return;
  throw new Refusal(
    "personal_organization",
    `"${organization.name}" is a personal organization: it has one member, its owner, and goes with their account. Create an organization to work with others.`,
  );
}

// Changes to a person everywhere they are: deletion, suspension, the end of all their tokens.

export interface LockedUser {
  /** `null` when there is no such user. */
  readonly user: UserRecord | null;
  /** Every organization the user is in, locked exclusively: nobody mints, joins, leaves or changes its policy. */
  readonly entries: readonly {
    readonly organization: OrganizationRecord;
    readonly membership: MembershipRecord;
  }[];
}

const ATTEMPTS = 5;

/**
 * Runs `work` in one transaction that holds the user's organizations, by id, and then the user. Whoever
 * joins or founds an organization locks the user as well, so the list cannot grow under the lock; when it
 * grew just before, the transaction begins anew with nothing done. `also` is locked with them: one they are to join.
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

/** The user locked everywhere, or `null` when they joined an organization that is not locked. */
async function lockEverywhere(tx: Transaction, userId: UserId, also?: OrganizationId): Promise<LockedUser | null> {
  const before = await tx.listOrganizationsOfUser(userId);
  const ids = [...before.map(({ organization }) => organization.id), ...(also === undefined ? [] : [also])].sort();
  for (const id of new Set(ids)) await tx.lockOrganization(id, "exclusive");
  const user = await tx.lockUser(userId);
  const entries = await tx.listOrganizationsOfUser(userId);
  return entries.every(({ organization }) => ids.includes(organization.id)) ? { user, entries } : null;
}

/**
 * The caller's user, locked, with the session that asks still going on. Whatever ends sessions locks the
 * user first, so a change that waited behind a suspension, a deletion, a sign-out or a new password sees
 * it here and is refused. Take the organizations' locks before this one.
 */
export async function requireLiveSession(
  deps: Pick<Deps, "clock">,
  tx: Transaction,
  actor: SessionActor,
): Promise<UserRecord> {
  const user = await tx.lockUser(actor.user.id);
  const session = await tx.findOpenSession(actor.user.id, actor.session.id, deps.clock());
  if (user !== null && user.deletedAt === null && user.suspendedAt === null && session !== null) return user;
  throw new Refusal("session_ended", "You were signed out while this request was on its way, so nothing changed.");
}

// What an instance admin does: accounts, organizations from outside, tokens, services. Rule: every change locks the
// instance and asks `requireInstanceAdmin()` inside its transaction, after the locks. Deliberately absent: any
// authority in an organization, which only a membership gives, and every secret.

/**
 * The caller must still be signed in and an instance admin, judged inside the transaction that acts: of two who suspend
 * each other at once, the second has already lost the authority. An instance admin has none in any organization.
 */
export async function requireInstanceAdmin(
  deps: Pick<Deps, "clock">,
  tx: Transaction,
  actor: SessionActor,
): Promise<void> {
  const user = await tx.lockUser(actor.user.id);
  if (user === null || user.deletedAt !== null || user.suspendedAt !== null || user.instanceAdminAt === null) {
    throw new Refusal("instance_admin_required", "Only an instance admin can do this, and you no longer are one.");
  }
  await requireLiveSession(deps, tx, actor);
}
