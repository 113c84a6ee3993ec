// Redeems the link of a hand-off: one session, once.
// Rule: the person, the membership and the organization are evaluated here again, and at each request of the session
// (store/session.ts). An unknown, used, expired and ended link are refused alike.
// Rule: a browser that has a session of another person, or one that reaches more, changes it only when the person has
// agreed. Otherwise a link that an attacker sent would make somebody work in the attacker's account.
import { HAND_OFF_PAGES, type HandOffVia, type Secret, SESSION_IDLE_MS } from "@mintmark/core";
import { inSteps } from "../../bounded.ts";
import { hashSecret, newLinkSecret, newSecret } from "../../secrets/generate.ts";
import type { HandOffRecord, OrganizationRecord, Reads, Transaction, UserRecord } from "../../store/store.ts";
import { type Deps, Refusal, type RequestOrigin, type SessionActor } from "../use-case.ts";
import { sessionEnded, signOut } from "../session/end.ts";
import { type SignedIn, startSession } from "../session/session.ts";

const CODE = /^[0-9a-f]{64}$/;
/** How many sessions of hand-offs one person has. Beyond that, those that were seen longest ago end. */
const SESSIONS_OF_PERSON = 20;

export interface RedeemInput {
  /** The part of the link after `#code=`. */
  readonly code: string;
  /** `page-token`: for a framed page, which reads and sets no cookie. */
  readonly via: HandOffVia;
  /** Whether the person agreed that the present session of this browser ends. */
  readonly replaceSession: boolean;
}

export interface Redeemed extends SignedIn {
  /** The path to open. */
  readonly to: string;
}

/**
 * Opens the session of the hand-off. Of any number of redemptions at once, one succeeds. `present` is the session of
 * the request: it ends when the new one takes its place. Refuses with `hand_off_invalid`, and with
 * `hand_off_other_session` when the person must agree first; the link then still works.
 */
export async function redeemHandOff(
  deps: Pick<Deps, "store" | "clock" | "settings">,
  present: SessionActor | null,
  { code, via, replaceSession }: RedeemInput,
  origin: RequestOrigin,
): Promise<Redeemed> {
  const found = await findOpen(deps, code);
  const replaced = present !== null && (present.session.handOff?.via ?? "cookie") === via ? present : null;
  if (replaced !== null && !replaceSession) requireSamePerson(replaced, found);
  const redeemed = await deps.store.transaction(async (tx) => {
    await tx.lockOrganization(found.organizationId, "shared");
    await tx.lockMembership(found.organizationId, found.userId);
    await tx.lockUser(found.userId);
    const holder = await findHolder(tx, found);
    const at = deps.clock();
    if (holder === null || !(await tx.claimHandOff(found.id, via, at))) return null;
    const secret = via === "cookie" ? newLinkSecret() : newSecret(deps.settings.brand, "page_token");
    return openSession(tx, found, { user: holder.user, via, secret, origin, at });
  });
  if (redeemed === null) throw invalid();
  if (replaced !== null) await signOut(deps, replaced, "replaced");
  return { ...redeemed, to: found.returnTo ?? HAND_OFF_PAGES[found.page] };
}

/** Whom a link is for, and where it leads. */
export interface HandOffPreview extends Holder {
  readonly handOff: HandOffRecord;
}

/** Shows whom the link is for, without using it up. Refuses with `hand_off_invalid`. */
export async function previewHandOff(deps: Pick<Deps, "store" | "clock">, code: string): Promise<HandOffPreview> {
  const handOff = await findOpen(deps, code);
  const holder = await findHolder(deps.store.reads, handOff);
  if (holder === null) throw invalid();
  return { handOff, ...holder };
}

async function findOpen({ store, clock }: Pick<Deps, "store" | "clock">, code: string): Promise<HandOffRecord> {
  const found = CODE.test(code) ? await store.reads.findHandOffByCode(hashSecret(code)) : null;
  if (found === null || found.redeemedAt !== null || found.endedAt !== null || found.expiresAt <= clock())
    throw invalid();
  return found;
}

/** The one refusal of a link, so that nobody learns whether it existed, was used or has expired. */
function invalid(): Refusal {
  return new Refusal(
    "hand_off_invalid",
    "The link does not work. It works once, for one minute. Go back to where you came from and open it again.",
  );
}

function requireSamePerson({ session, user }: SessionActor, handOff: HandOffRecord): void {
  if (session.handOff !== null && user.id === handOff.userId) return;
  throw new Refusal(
    "hand_off_other_session",
    `This browser is signed in as ${user.name}. The link opens another session in its place: send replaceSession if that is what the person wants.`,
  );
}

interface Holder {
  readonly user: UserRecord;
  readonly organization: OrganizationRecord;
}

/** Returns the holder of the hand-off, or `null` when they may not use it any more. */
async function findHolder(
  reads: Reads,
  { organizationId, membershipId, userId }: HandOffRecord,
): Promise<Holder | null> {
  const own = await reads.findOrganizationOfUser(userId, organizationId);
  const user = await reads.findUser(userId);
  if (own === null || own.membership.id !== membershipId || own.membership.suspendedAt !== null) return null;
  return user !== null && mayBeHandedOff(user) ? { user, organization: own.organization } : null;
}

/** Whether the host may open sessions of this account: never of an instance admin. */
function mayBeHandedOff({ deletedAt, suspendedAt, instanceAdminAt }: UserRecord): boolean {
  return deletedAt === null && suspendedAt === null && instanceAdminAt === null;
}

async function openSession(
  tx: Transaction,
  { id, membershipId, organizationId, page, returnUrl, authenticatedAt }: HandOffRecord,
  start: {
    readonly user: UserRecord;
    readonly via: HandOffVia;
    readonly secret: Secret;
    readonly origin: RequestOrigin;
    readonly at: number;
  },
): Promise<SignedIn> {
  const { user, via, secret, origin, at } = start;
  const rule = { keep: SESSIONS_OF_PERSON - 1, seenAfter: at - SESSION_IDLE_MS, at, origin: "hand-off" } as const;
  const surplus = await tx.endSurplusSessions(user.id, rule);
  const handOff = { id, membershipId, page, returnUrl, via };
  const started = await startSession(tx, {
    user,
    organizationId,
    method: { handOff, authenticatedAt, secret },
    origin,
    at,
  });
  await tx.insertAuditEvents(surplus.map((session) => sessionEnded(started.actor, session, "too_many_sessions", at)));
  return started;
}

const AT_ONCE = 200;
/** How long a hand-off is kept. Its session has ended long before. */
const KEPT_MS = 24 * 3_600_000;

/** Deletes hand-offs a day after they were made, with their sessions. */
export function forgetOldHandOffs(
  { store, clock }: Pick<Deps, "store" | "clock">,
  signal?: AbortSignal,
): Promise<void> {
  const before = clock() - KEPT_MS;
  return inSteps(async () => (await store.transaction((tx) => tx.forgetHandOffs(before, AT_ONCE))) === AT_ONCE, signal);
}
