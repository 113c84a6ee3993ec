// Changes to a person everywhere they are: deletion, suspension, the end of all their tokens.
import type { MembershipRecord, OrganizationRecord, Store, Transaction, UserRecord } from "../../store/store.ts";
import type { OrganizationId, UserId } from "@mintmark/core";

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
