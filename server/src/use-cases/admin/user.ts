import type { UserId } from "@mintmark/core";
import type {
  MembershipRecord,
  OrganizationRecord,
  Page,
  PageRequest,
  Transaction,
  UserFilter,
  UserRecord,
} from "../../store/store.ts";
import { actorRef, authorOf, eventBy, type SessionActor } from "../actor.ts";
import { requireRecentSession } from "../authority.ts";
import type { Deps } from "../deps.ts";
import { type LockedUser, requireInstanceAdmin, withUserLocked } from "../locks.ts";
import { notFound, type Receipt, receiptAt, Refusal } from "../refusal.ts";
import { listUsableSessions, sessionEnded } from "../session/session.ts";
import { countEnded, recordEnded, sweepTokens } from "../token/end-many.ts";

/** The accounts of the instance, newest first. */
export function listUsers(deps: Pick<Deps, "store">, filter: UserFilter, page: PageRequest): Promise<Page<UserRecord>> {
  return deps.store.reads.listUsers(filter, page);
}

/** A person as an instance admin sees them: where they are, and what of theirs is alive. */
export interface UserOverview {
  readonly user: UserRecord;
  readonly memberships: readonly {
    readonly organization: OrganizationRecord;
    readonly membership: MembershipRecord;
    /** Their tokens there that are neither revoked nor expired. */
    readonly tokenCount: number;
  }[];
  /** How many memberships there are, also of those beyond the first 200. */
  readonly membershipCount: number;
  readonly tokenCount: number;
  /** Browsers that are signed in. */
  readonly sessionCount: number;
}

/** Memberships that are shown; beyond them they are counted. */
const SHOWN = 200;

/** One account with its memberships; a deleted one is `not_found`. */
export async function getUser(deps: Pick<Deps, "store" | "clock">, id: UserId): Promise<UserOverview> {
  const { reads } = deps.store;
  const now = deps.clock();
  const user = await reads.findUser(id);
  if (user === null || user.deletedAt !== null) throw notFound();
  const [page, tokens, sessions] = await Promise.all([
    reads.pageOrganizationsOfUser(id, null, { limit: SHOWN, after: null }),
    reads.countLiveTokensOfUser(id, now),
    listUsableSessions(reads, id, now),
  ]);
  const memberships = (page?.items ?? []).map((entry) => ({
    ...entry,
    tokenCount: tokens.get(entry.organization.id) ?? 0,
  }));
  return {
    user,
    memberships,
    membershipCount: page?.count ?? 0,
    tokenCount: [...tokens.values()].reduce((sum, count) => sum + count, 0),
    sessionCount: sessions.length,
  };
}

/** A user after a change, and the word that the change holds everywhere. */
export interface UserChange {
  readonly user: UserRecord;
  readonly receipt: Receipt;
}

/**
 * Suspends an account: when this returns its sessions have ended and its tokens are refused everywhere.
 * They rest until it is reinstated; in organizations whose policy says `revokeOnSuspend` they die. An
 * organization may lose its last active owner this way. Repeating it answers the instant of the first.
 */
export function suspendUser(deps: Pick<Deps, "store" | "clock">, actor: SessionActor, id: UserId): Promise<UserChange> {
  const work = async (tx: Transaction, locked: LockedUser): Promise<UserChange> => {
    await requireInstanceAdmin(deps, tx, actor);
    const { user } = locked;
    if (user === null || user.deletedAt !== null) throw notFound();
    if (user.suspendedAt !== null) return { user, receipt: receiptAt(user.suspendedAt) };
    if (user.instanceAdminAt !== null && (await tx.countInstanceAdmins()) <= 1) {
      throw new Refusal(
        "last_instance_admin",
        `"${user.name}" is the only instance admin who is not suspended, so nobody could reinstate them.`,
      );
    }
    if (user.id === actor.user.id) {
      throw new Refusal(
        "self_suspension",
        "You cannot suspend yourself: ask another instance admin, or delete your account.",
      );
    }
    const at = deps.clock();
    await suspend(tx, actor, user, locked, at);
    return { user: { ...user, suspendedAt: at }, receipt: receiptAt(at) };
  };
  return withUserLocked(deps.store, id, work, { lockInstance: true });
}

async function suspend(
  tx: Transaction,
  actor: SessionActor,
  user: UserRecord,
  { entries }: LockedUser,
  at: number,
): Promise<void> {
  await tx.suspendUser(user.id, at, actor.user.id);
  const endedSessions = await tx.endSessionsOfUser(user.id, null, at);
  const memberships = entries.flatMap(({ organization, membership }) =>
    organization.policy.revokeOnSuspend ? [membership.id] : [],
  );
  const ended = await sweepTokens(tx, memberships, { at, by: actorRef(actor), reason: "suspended" });
  const event = eventBy(actor, {
    at,
    organizationId: null,
    action: "user.suspended",
    target: { kind: "user", id: user.id, name: user.name },
    details: { endedSessions, revokedTokens: countEnded(ended) },
  });
  await tx.insertAuditEvents([event]);
  await recordEnded(tx, authorOf(actor), ended, event.id);
}

/** Lets a suspended account go on: its tokens that rested work again, revoked ones and sessions stay ended. */
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
    if (user.suspendedAt === null) return { user, receipt: receiptAt(at) };
    await tx.reinstateUser(id);
    await tx.insertAuditEvents([
      eventBy(actor, {
        at,
        organizationId: null,
        action: "user.reinstated",
        target: { kind: "user", id, name: user.name },
      }),
    ]);
    return { user: { ...user, suspendedAt: null }, receipt: receiptAt(at) };
  });
}

export interface EndedSessions {
  readonly receipt: Receipt;
  /** Browsers that were signed in. */
  readonly endedSessions: number;
}

/**
 * Signs a person out everywhere: when this returns, no browser of theirs is signed in; they may sign in again, and
 * their tokens work on. Of one's own sessions the one that asks stays.
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
    const usable = await listUsableSessions(tx, id, at);
    const ended = usable.filter((session) => session.id !== actor.session.id);
    await tx.endSessionsOfUser(id, id === actor.user.id ? actor.session.id : null, at);
    await tx.insertAuditEvents(ended.map((session) => sessionEnded(actor, session.id, "ended_by_admin", at)));
    return { receipt: receiptAt(at), endedSessions: ended.length };
  });
}
