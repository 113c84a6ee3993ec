// Accounts as an instance admin sees them: listing, suspending, reinstating and signing out.
// Rule: every change locks the instance and calls `requireInstanceAdmin()` after the locks. One active instance admin
// always remains.
// Deliberately absent: passwords and secrets, and authority in an organization, which only a membership gives.
import type { UserId } from "@mintmark/core";
import type {
  MembershipRecord,
  OrganizationRecord,
  Page,
  PageRequest,
  TokenCounts,
  Transaction,
  UserFilter,
  UserRecord,
} from "../../store/store.ts";
import { type Deps, eventBy, notFound, type Receipt, receiptAt, Refusal, type SessionActor } from "../use-case.ts";
import { type LockedUser, requireInstanceAdmin, requireRecentSession, withUserLocked } from "../authority.ts";
import { recordAccountSuspension } from "../account/suspension.ts";
import { sessionEnded } from "../session/end.ts";

/** Returns the accounts of the instance, newest first. */
export function listUsers(deps: Pick<Deps, "store">, filter: UserFilter, page: PageRequest): Promise<Page<UserRecord>> {
  return deps.store.reads.listUsers(filter, page);
}

/** An account with its memberships, and the number of its active tokens and sessions. */
export interface UserOverview {
  readonly user: UserRecord;
  readonly memberships: readonly {
    readonly organization: OrganizationRecord;
    readonly membership: MembershipRecord;
    readonly tokens: TokenCounts;
  }[];
  /** How many memberships there are, including those beyond the first 200. */
  readonly membershipCount: number;
  readonly tokenCount: number;
  /** How many browser sessions are open. */
  readonly sessionCount: number;
}

/** How many memberships are shown. The others are only counted. */
const SHOWN = 200;

/** Returns one account with its memberships. A deleted one is `not_found`. */
export async function getUser(deps: Pick<Deps, "store" | "clock">, id: UserId): Promise<UserOverview> {
  const { reads } = deps.store;
  const now = deps.clock();
  const user = await reads.findUser(id);
  if (user === null || user.deletedAt !== null) throw notFound();
  const [page, tokens, sessions] = await Promise.all([
    reads.pageOrganizationsOfUser(id, null, { limit: SHOWN, after: null }),
    reads.countTokensOfUser(id, now),
    reads.listSessions(id, now),
  ]);
  const memberships = (page?.items ?? []).map((entry) => ({
    ...entry,
    tokens: tokens.get(entry.organization.id) ?? { live: 0, unrevoked: 0 },
  }));
  return {
    user,
    memberships,
    membershipCount: page?.count ?? 0,
    tokenCount: [...tokens.values()].reduce((sum, { live }) => sum + live, 0),
    sessionCount: sessions.length,
  };
}

/** A user after a change, and the receipt that the change is in force. */
export interface UserChange {
  readonly user: UserRecord;
  readonly receipt: Receipt;
}

/**
 * Suspends an account. When this returns, its sessions have ended and every verification refuses its tokens. They are
 * paused until it is reinstated; where the organization's policy says `revokeOnSuspend`, they are revoked. An
 * organization may lose its last active owner. Repeating it returns the instant of the first suspension.
 */
export function suspendUser(deps: Pick<Deps, "store" | "clock">, actor: SessionActor, id: UserId): Promise<UserChange> {
  const work = async (tx: Transaction, locked: LockedUser): Promise<UserChange> => {
    await requireInstanceAdmin(deps, tx, actor);
    const { user } = locked;
    if (user === null || user.deletedAt !== null) throw notFound();
    if (user.suspendedAt !== null) {
      await suspendBesideHost(deps, tx, actor, user);
      return { user, receipt: await receiptAt(tx, user.suspendedAt) };
    }
    if (user.instanceAdminAt !== null && (await tx.countInstanceAdmins()) <= 1) {
      throw new Refusal(
        "last_instance_admin",
        `"${user.name}" is the only instance admin who is not suspended, so nobody could reinstate them.`,
      );
    }
    if (user.id === actor.user.id) {
      throw new Refusal(
        "self_suspension",
        "You cannot suspend yourself. Ask another instance admin, or delete your account.",
      );
    }
    const at = deps.clock();
    await tx.suspendUser(user.id, at, actor.user.id);
    await recordAccountSuspension(tx, actor, user, locked, { at });
    return { user: { ...user, suspendedAt: at }, receipt: await receiptAt(tx, at) };
  };
  return withUserLocked(deps.store, id, work, { lockInstance: true });
}

/** An account that only the host had suspended stays suspended when the host ends its own suspension. */
async function suspendBesideHost(
  deps: Pick<Deps, "clock">,
  tx: Transaction,
  actor: SessionActor,
  { id, name }: UserRecord,
): Promise<void> {
  const at = deps.clock();
  if (!(await tx.suspendUser(id, at, actor.user.id))) return;
  const target = { kind: "user", id, name } as const;
  const details = { alreadySuspended: true };
  await tx.insertAuditEvents([eventBy(actor, { at, organizationId: null, action: "user.suspended", target, details })]);
}

/** Reinstates a suspended account, also one that the host suspended. Paused tokens work again; revoked tokens and ended sessions do not. */
export function reinstateUser(
  deps: Pick<Deps, "store" | "clock">,
  actor: SessionActor,
  id: UserId,
): Promise<UserChange> {
  return deps.store.transaction(async (tx) => {
    await tx.lockInstance();
    const user = await tx.lockUser(id);
    await requireInstanceAdmin(deps, tx, actor);
    requireRecentSession(deps, actor);
    if (user === null || user.deletedAt !== null) throw notFound();
    const at = deps.clock();
    if (user.suspendedAt === null) return { user, receipt: await receiptAt(tx, at) };
    await tx.reinstateUser(id);
    await tx.insertAuditEvents([
      eventBy(actor, {
        at,
        organizationId: null,
        action: "user.reinstated",
        target: { kind: "user", id, name: user.name },
      }),
    ]);
    return { user: { ...user, suspendedAt: null }, receipt: await receiptAt(tx, at) };
  });
}

export interface EndedSessions {
  readonly receipt: Receipt;
  /** How many browser sessions were open. */
  readonly endedSessions: number;
}

/**
 * Signs a person out everywhere. When this returns, all their browser sessions have ended. They may sign in again, and
 * their tokens keep working. An admin who signs themselves out keeps the session that asks.
 */
export function endUserSessions(
  deps: Pick<Deps, "store" | "clock">,
  actor: SessionActor,
  id: UserId,
): Promise<EndedSessions> {
  return deps.store.transaction(async (tx) => {
    await tx.lockInstance();
    const user = await tx.lockUser(id);
    await requireInstanceAdmin(deps, tx, actor);
    if (user === null || user.deletedAt !== null) throw notFound();
    const at = deps.clock();
    const usable = await tx.listSessions(id, at);
    const ended = usable.filter((session) => session.id !== actor.session.id);
    await tx.endSessionsOfUser(id, id === actor.user.id ? actor.session.id : null, at);
    await tx.insertAuditEvents(ended.map((session) => sessionEnded(actor, session.id, "ended_by_admin", at)));
    return { receipt: await receiptAt(tx, at), endedSessions: ended.length };
  });
}
