import { DAY_MS, type OrganizationId, type Secret, type SessionId, type UserId } from "@mintmark/core";
import { hashSecret, newId, newLinkSecret } from "../../secrets/generate.ts";
import {
  type AuditEventRecord,
  type Cursor,
  type Page,
  type PageRequest,
  type Reads,
  type SessionRecord,
  StorageFull,
  type Transaction,
  type UserRecord,
} from "../../store/store.ts";
import { eventBy, type RequestOrigin, type SessionActor } from "../actor.ts";
import type { Deps } from "../deps.ts";
import { requireLiveSession } from "../locks.ts";
import { type Standing, standingOf } from "../organization.ts";
import { notFound, Refusal } from "../refusal.ts";

/** How long a session lasts from sign-in. */
const SESSION_MS = 30 * DAY_MS;
/** A session unused for longer than this is over. */
export const SESSION_IDLE_MS = 14 * DAY_MS;
/** How often at most "last seen" is written. */
const TOUCH_MS = 60_000;

/**
 * The actor of a session cookie, or `null` when the session has ended, run out, or its user is suspended
 * or deleted. Judged by committed truth at every request: ending a session ends it at once.
 */
export async function findSessionActor(
  deps: Pick<Deps, "store" | "clock">,
  cookie: string,
  origin: RequestOrigin,
): Promise<SessionActor | null> {
  const found = await deps.store.reads.findSession(hashSecret(cookie));
  if (found === null) return null;
  const { session, user } = found;
  const now = deps.clock();
  if (session.expiresAt <= now || session.lastSeenAt + SESSION_IDLE_MS <= now) return null;
  if (user.suspendedAt !== null || user.deletedAt !== null) return null;
  if (now - session.lastSeenAt >= TOUCH_MS) {
    const seen = { at: now, ip: origin.ip, userAgent: origin.userAgent };
    await deps.store.transaction((tx) => tx.touchSession(session.id, seen)).catch(unlessFull);
  }
  return {
    kind: "session",
    user,
    session: {
      id: session.id,
      organizationId: session.organizationId,
      authenticatedAt: session.authenticatedAt,
      expiresAt: session.expiresAt,
    },
    origin,
  };
}

/** Whoever comes to revoke something gets in on a full disk too; the session only counts as unused for longer. */
function unlessFull(error: unknown): void {
  if (!(error instanceof StorageFull)) throw error;
}

export interface ListedSession {
  readonly session: SessionRecord;
  /** Whether it is the session that asks. */
  readonly current: boolean;
  readonly organization: { readonly id: OrganizationId; readonly name: string };
}

/** The browsers the caller is signed in with, newest first. */
export async function listSessions(
  deps: Pick<Deps, "store" | "clock">,
  actor: SessionActor,
  page: PageRequest,
): Promise<Page<ListedSession>> {
  const { reads } = deps.store;
  const now = deps.clock();
  const { items, next } = await reads.pageSessions(actor.user.id, { now, seenAfter: now - SESSION_IDLE_MS }, page);
  const names = new Map<OrganizationId, string>();
  for (const { organizationId } of items) {
    if (names.has(organizationId)) continue;
    const own = await reads.findOrganizationOfUser(actor.user.id, organizationId);
    names.set(organizationId, own?.organization.name ?? "");
  }
  const listed = items.map((session) => ({
    session,
    current: session.id === actor.session.id,
    organization: { id: session.organizationId, name: names.get(session.organizationId) ?? "" },
  }));
  return { items: listed, next };
}

/** The user's sessions that still let someone in: not ended, not expired, not unused for too long. */
export async function listUsableSessions(reads: Reads, userId: UserId, now: number): Promise<readonly SessionRecord[]> {
  const sessions = await reads.listSessions(userId, now);
  return sessions.filter(({ lastSeenAt }) => lastSeenAt + SESSION_IDLE_MS > now);
}

/** What signing in, signing up and setting up answer: who is signed in now, and the cookie that proves it. */
export interface SignedIn {
  readonly actor: SessionActor;
  readonly cookie: Secret;
}

export interface SessionStart {
  readonly user: UserRecord;
  /** The organization the session begins in. */
  readonly organizationId: OrganizationId;
  readonly method: "password" | "sign_up" | "setup";
  readonly origin: RequestOrigin;
  readonly at: number;
}

/** Inserts a session and its audit event, in the caller's transaction. The password was given just now. */
export async function startSession(
  tx: Transaction,
  { user, organizationId, method, origin, at }: SessionStart,
): Promise<SignedIn> {
  const cookie = newLinkSecret();
  const session = {
    id: newId("session"),
    organizationId,
    authenticatedAt: at,
    expiresAt: at + SESSION_MS,
  };
  await tx.insertSession({
    ...session,
    hash: hashSecret(cookie),
    userId: user.id,
    createdAt: at,
    ip: origin.ip,
    userAgent: origin.userAgent,
  });
  const actor: SessionActor = { kind: "session", user, session, origin };
  await tx.insertAuditEvents([
    eventBy(actor, {
      at,
      organizationId: null,
      action: "session.created",
      target: { kind: "session", id: session.id, name: "Browser session" },
      details: { method },
    }),
  ]);
  return { actor, cookie };
}

/** Organizations that a session names; beyond, `listOrganizations` pages on. It is read with every page of the web app. */
const NAMED = 20;

/** Who is signed in, where they are, and where they could go. */
export interface SessionView {
  readonly actor: SessionActor;
  /** The caller's standing in the active organization. */
  readonly active: Standing;
  /** In the first of the caller's organizations: the personal one first, then by name. */
  readonly standings: readonly Standing[];
  /** Where the list of organizations goes on; `null` when these are all. */
  readonly next: Cursor | null;
  /** How many organizations there are. */
  readonly count: number;
}

/**
 * Describes the caller's session by committed truth. Sessions are moved away from an organization that
 * their user leaves; in the instant between, the session is shown in the personal one.
 */
export async function describeSession(
  { store: { reads }, catalogue }: Pick<Deps, "store" | "catalogue">,
  actor: SessionActor,
): Promise<SessionView> {
  const { organizationId } = actor.session;
  const page = await reads.pageOrganizationsOfUser(actor.user.id, null, { limit: NAMED, after: null });
  const { items, next, count } = page ?? { items: [], next: null, count: 0 };
  const active =
    items.find(({ organization }) => organization.id === organizationId) ??
    (next === null ? null : await reads.findOrganizationOfUser(actor.user.id, organizationId)) ??
    items[0];
  if (active === undefined) throw new Error(`user ${actor.user.id} has no personal organization`);
  return {
    actor,
    active: standingOf(catalogue, active),
    standings: items.map((entry) => standingOf(catalogue, entry)),
    next,
    count,
  };
}

/**
 * Makes another of the caller's organizations the active one of this session; other sessions stay where
 * they are. Refuses an organization the caller is no member of (`not_found`) or is suspended in.
 */
export function switchOrganization(
  deps: Pick<Deps, "store" | "clock">,
  actor: SessionActor,
  organizationId: OrganizationId,
): Promise<SessionActor> {
  return deps.store.transaction(async (tx) => {
    // Locked, so that a removal from it is either seen here or finds this session there and moves it.
    const organization = await tx.lockOrganization(organizationId, "shared");
    if (organization === null || organization.deletedAt !== null) throw notFound();
    const user = await requireLiveSession(deps, tx, actor);
    const membership = await tx.findMembership(organizationId, user.id);
    if (membership === null) throw notFound();
    if (membership.suspendedAt !== null) {
      throw new Refusal(
        "member_suspended",
        `You are suspended in "${organization.name}". Ask an owner or admin of it to reinstate you.`,
        { status: 403 },
      );
    }
    await tx.setSessionOrganization(actor.session.id, organizationId);
    return { ...actor, user, session: { ...actor.session, organizationId } };
  });
}

/** Ends one of the caller's sessions; another person's, and one that has ended, is `not_found`. */
export function endSession(deps: Pick<Deps, "store" | "clock">, actor: SessionActor, id: SessionId): Promise<void> {
  return deps.store.transaction(async (tx) => {
    await requireLiveSession(deps, tx, actor);
    const at = deps.clock();
    if (!(await tx.endSession(actor.user.id, id, at))) throw notFound();
    await tx.insertAuditEvents([sessionEnded(actor, id, "ended_by_user", at)]);
  });
}

/** Ends every session of the caller but the one that asks, and answers how many people could still use. */
export function endOtherSessions(deps: Pick<Deps, "store" | "clock">, actor: SessionActor): Promise<number> {
  return deps.store.transaction(async (tx) => {
    await requireLiveSession(deps, tx, actor);
    return endOthers(tx, actor, "ended_by_user", deps.clock());
  });
}

/** The same in the caller's transaction, which holds the user's lock. Sessions that had run out are closed without a word. */
export async function endOthers(tx: Transaction, actor: SessionActor, reason: SessionEnd, at: number): Promise<number> {
  const usable = await listUsableSessions(tx, actor.user.id, at);
  const others = usable.filter(({ id }) => id !== actor.session.id);
  await tx.endSessionsOfUser(actor.user.id, actor.session.id, at);
  await tx.insertAuditEvents(others.map(({ id }) => sessionEnded(actor, id, reason, at)));
  return others.length;
}

/** Ends the session that asks: its cookie is worth nothing when this returns. */
export function signOut(deps: Pick<Deps, "store" | "clock">, actor: SessionActor): Promise<void> {
  return deps.store.transaction(async (tx) => {
    const at = deps.clock();
    await tx.lockUser(actor.user.id);
    const ended = await tx.endSession(actor.user.id, actor.session.id, at);
    if (ended) await tx.insertAuditEvents([sessionEnded(actor, actor.session.id, "signed_out", at)]);
  });
}

/** Why a session ended, as the audit log says it. */
export type SessionEnd =
  | "signed_out"
  | "ended_by_user"
  | "ended_by_admin"
  | "password_changed"
  | "user_suspended"
  /** The person signed in with another browser and had as many sessions as one can have. */
  | "too_many_sessions";

/** The audit event of one session's end. */
export function sessionEnded(actor: SessionActor, id: SessionId, reason: SessionEnd, at: number): AuditEventRecord {
  return eventBy(actor, {
    at,
    organizationId: null,
    action: "session.ended",
    target: { kind: "session", id, name: "Browser session" },
    details: { reason },
  });
}
