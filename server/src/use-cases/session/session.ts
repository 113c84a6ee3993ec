// Browser sessions: starting, finding, listing and switching them.
// Rule: each request finds its session by the hash of its cookie in committed state, so an ended session stops at once.
// Everything that ends sessions locks the user first.
// Deliberately absent: passwords (sign-in.ts) and ending sessions (end.ts).
import {
  type Catalogue,
  DAY_MS,
  HAND_OFF_SESSION_MS,
  type OrganizationId,
  type Secret,
  SESSION_IDLE_MS,
} from "@mintmark/core";
import { hashSecret, newId, newLinkSecret } from "../../secrets/generate.ts";
import {
  type Cursor,
  type Page,
  type PageRequest,
  type Reads,
  type SessionHandOff,
  type SessionRecord,
  StorageFull,
  type Transaction,
  type UserRecord,
} from "../../store/store.ts";
import {
  type Deps,
  eventBy,
  notFound,
  Refusal,
  type RequestOrigin,
  type SessionActor,
  hasPasswordHere,
} from "../use-case.ts";
import { activeOrganization, requireLiveSession, sessionEndedMeanwhile } from "../authority.ts";
import { accessOf, type OrganizationAccess } from "../organization.ts";

/** How long a session lasts from sign-in. */
const SESSION_MS = 30 * DAY_MS;
/** The instant of a proof that is not known. It is never recent. */
const NEVER = 0;
/** "Last seen" is written at most this often. */
const TOUCH_MS = 60_000;

/**
 * Returns the actor of a session cookie, or `null` when the session has ended or expired, its user is suspended or
 * deleted. Where the host manages the directory, also the session of a person who has no password here, unless a hand-off
 * opened it.
 */
export async function findSessionActor(
  deps: Pick<Deps, "store" | "clock" | "settings">,
  cookie: string,
  origin: RequestOrigin,
): Promise<SessionActor | null> {
  const found = await deps.store.reads.findSession(hashSecret(cookie));
  if (found === null) return null;
  const { session, user } = found;
  const now = deps.clock();
  if (session.expiresAt <= now || session.lastSeenAt + SESSION_IDLE_MS <= now) return null;
  if (user.suspendedAt !== null || user.deletedAt !== null) return null;
  if (session.handOff === null && !hasPasswordHere(deps, user)) return null;
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
      handOff: session.handOff,
    },
    origin,
  };
}

/**
 * On a full disk people must still be able to revoke. Then "last seen" is not written, and the session expires earlier.
 */
function unlessFull(error: unknown): void {
  if (!(error instanceof StorageFull)) throw error;
}

export interface ListedSession {
  readonly session: SessionRecord;
  /** Whether this session made the request. */
  readonly current: boolean;
  readonly organization: { readonly id: OrganizationId; readonly name: string } | null;
}

/** Returns the browser sessions of the caller, newest first. */
export async function listSessions(
  deps: Pick<Deps, "store" | "clock">,
  actor: SessionActor,
  page: PageRequest,
): Promise<Page<ListedSession>> {
  const { reads } = deps.store;
  const now = deps.clock();
  const { items, next } = await reads.pageSessions(actor.user.id, now, page);
  const names = new Map<OrganizationId, string>();
  for (const { organizationId } of items) {
    if (organizationId === null || names.has(organizationId)) continue;
    const own = await reads.findOrganizationOfUser(actor.user.id, organizationId);
    names.set(organizationId, own?.organization.name ?? "");
  }
  const listed = items.map((session) => ({
    session,
    current: session.id === actor.session.id,
    organization:
      session.organizationId === null
        ? null
        : { id: session.organizationId, name: names.get(session.organizationId) ?? "" },
  }));
  return { items: listed, next };
}

/** The result of signing in, signing up, setting up and redeeming a hand-off. */
export interface SignedIn {
  readonly actor: SessionActor;
  /** What proves the session: the value of the cookie, or the token of a framed page. */
  readonly secret: Secret;
}

export interface SessionStart {
  readonly user: UserRecord;
  /** The organization that is active at the start; `null` for a user who is in none. */
  readonly organizationId: OrganizationId | null;
  /** How the person proved who they are. */
  readonly method: "password" | "sign_up" | "setup" | HandOffOpener;
  readonly origin: RequestOrigin;
  readonly at: number;
}

/** A hand-off that opens a session, and when the person proved to the host who they are. */
interface HandOffOpener {
  readonly handOff: SessionHandOff;
  readonly authenticatedAt: number | null;
  readonly secret: Secret;
}

/**
 * Inserts a session and its audit event, in the caller's transaction. A password was given just now. Of a hand-off, the
 * host says when the person proved who they are; where it does not, that counts as long ago.
 */
export async function startSession(
  tx: Transaction,
  { user, organizationId, method, origin, at }: SessionStart,
): Promise<SignedIn> {
  const { handOff, authenticatedAt, secret } =
    typeof method === "string" ? { handOff: null, authenticatedAt: at, secret: newLinkSecret() } : method;
  const session = {
    id: newId("session"),
    organizationId,
    authenticatedAt: authenticatedAt ?? NEVER,
    expiresAt: at + (handOff === null ? SESSION_MS : HAND_OFF_SESSION_MS[handOff.via]),
    handOff,
  };
  await tx.insertSession({
    ...session,
    handOffId: handOff?.id ?? null,
    hash: hashSecret(secret),
    userId: user.id,
    createdAt: at,
    ip: origin.ip,
    userAgent: origin.userAgent,
  });
  const actor: SessionActor = { kind: "session", user, session, origin };
  const target = { kind: "session", id: session.id, name: "Browser session" } as const;
  const event =
    typeof method === "string"
      ? ({ organizationId: null, action: "session.created", details: { method } } as const)
      : ({ organizationId, action: "hand_off.redeemed", details: { page: method.handOff.page } } as const);
  await tx.insertAuditEvents([eventBy(actor, { at, target, ...event })]);
  return { actor, secret };
}

/**
 * A session names this many organizations; `listOrganizations` returns the rest. Every page of the web app reads it.
 */
const NAMED = 20;

/** The caller's session, its active organization, and the organizations that it can switch to. */
export interface SessionView {
  readonly actor: SessionActor;
  /** The caller's membership in the active organization; `null` while they are in none. */
  readonly active: OrganizationAccess | null;
  /** The caller's first organizations: the personal one first, then by name. */
  readonly organizations: readonly OrganizationAccess[];
  /** Where the list of organizations continues; `null` when these are all. */
  readonly next: Cursor | null;
  /** How many organizations there are. */
  readonly count: number;
}

/**
 * Describes the caller's session. When its user leaves the active organization, the session moves to the personal one;
 * until that has happened, it is already shown there.
 */
export async function describeSession(
  { store: { reads }, catalogue }: Pick<Deps, "store" | "catalogue">,
  actor: SessionActor,
): Promise<SessionView> {
  const { organizationId, handOff } = actor.session;
  if (handOff !== null) return describeHandOff(reads, catalogue, actor);
  const page = await reads.pageOrganizationsOfUser(actor.user.id, null, { limit: NAMED, after: null });
  const { items, next, count } = page ?? { items: [], next: null, count: 0 };
  const active =
    items.find(({ organization }) => organization.id === organizationId) ??
    (next === null || organizationId === null
      ? null
      : await reads.findOrganizationOfUser(actor.user.id, organizationId)) ??
    items[0];
  return {
    actor,
    active: active === undefined ? null : accessOf(catalogue, active),
    organizations: items.map((entry) => accessOf(catalogue, entry)),
    next,
    count,
  };
}

/** The session of a hand-off shows its one organization. */
async function describeHandOff(reads: Reads, catalogue: Catalogue, actor: SessionActor): Promise<SessionView> {
  const own = await reads.findOrganizationOfUser(actor.user.id, activeOrganization(actor));
  if (own === null) throw sessionEndedMeanwhile();
  const active = accessOf(catalogue, own);
  return { actor, active, organizations: [active], next: null, count: 1 };
}

/**
 * Makes another of the caller's organizations the active one of this session. Other sessions keep theirs. Refuses an
 * organization that the caller is not a member of (`not_found`) or is suspended in.
 */
export function switchOrganization(
  deps: Pick<Deps, "store" | "clock">,
  actor: SessionActor,
  organizationId: OrganizationId,
): Promise<SessionActor> {
  return deps.store.transaction(async (tx) => {
    // Locked, so that a removal is either seen here, or finds this session in the organization and moves it.
    const organization = await tx.lockOrganization(organizationId, "shared");
    if (organization === null || organization.deletedAt !== null) throw notFound();
    const user = await requireLiveSession(deps, tx, actor);
    const membership = await tx.findMembership(organizationId, user.id);
    if (membership === null) throw notFound();
    if (membership.suspendedAt !== null) {
      throw new Refusal(
        "member_suspended",
        `You are suspended in "${organization.name}". Ask one of its owners or admins to reinstate you.`,
        { status: 403 },
      );
    }
    await tx.setSessionOrganization(actor.session.id, organizationId);
    return { ...actor, user, session: { ...actor.session, organizationId } };
  });
}
