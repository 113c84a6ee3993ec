// Logins from a terminal. The device asks and polls (RFC 8628), or the browser on the same machine hands it a one-time
// code (RFC 8252 with PKCE). In both cases a person chooses the token's properties on a page. That stores a grant
// without a secret. One redemption mints the token, in a transaction that evaluates everything again (redeem.ts).
// Rule: a login belongs to the browser session that opened it first, and to no other.
// Deliberately absent: an organization, permissions or an expiry chosen by the device.
import { DAY_MS, type LoginRefusalReason, type OrganizationId, Secret, visibleName } from "@mintmark/core";
import { inSteps } from "../../bounded.ts";
import {
  hashSecret,
  newId,
  newLinkSecret,
  newUserCode,
  USER_CODE_LENGTH,
  USER_CODE_LETTERS,
} from "../../secrets/generate.ts";
import type { AuditEventRecord, DeviceLoginRecord, Hash, TargetRef, Transaction } from "../../store/store.ts";
import { ANONYMOUS, type Deps, eventBy, eventOf, Refusal, type RequestOrigin, type SessionActor } from "../use-case.ts";
import { limitNetwork, limitPerson } from "../limits/limits.ts";
import { requireLiveSession } from "../authority.ts";

/** How long a login may take, from the device's request to its token. */
const DEVICE_LOGIN_MS = 10 * 60_000;
/** How long the code works that a browser hands over. */
export const HANDED_CODE_MS = 60_000;
/** How long a device waits between two polls, and how much is added each time that it polls too early. */
export const POLL_INTERVAL_MS = 5_000;

const DEVICE_NAME_LENGTH = 60;
const DENIED_EVENT_MS = 60_000;

type DeviceLoginState = "pending" | "granted" | "denied" | "refused" | "redeemed" | "expired";

/** Returns the state of a login at this moment. */
export function stateOf(login: DeviceLoginRecord, now: number): DeviceLoginState {
  if (login.redeemedAt !== null) return "redeemed";
  if (login.deniedAt !== null) return "denied";
  if (login.refusedAt !== null) return "refused";
  if ((login.codeExpiresAt ?? login.expiresAt) <= now) return "expired";
  return login.grant === null ? "pending" : "granted";
}

/** Returns the device's name for itself, cleaned for display. */
function deviceNameOf(text: string | undefined): string {
  return visibleName(text ?? "", DEVICE_NAME_LENGTH) ?? "Unnamed device";
}

export function loginTarget({ id, deviceName }: Pick<DeviceLoginRecord, "id" | "deviceName">): TargetRef {
  return { kind: "device_login", id, name: deviceName };
}

/** Refuses a login that is no longer pending, for any reason. */
export function loginEnded(): Refusal {
  return new Refusal(
    "device_login_over",
    "This login was already decided, or has expired after ten minutes. Start it again on the device.",
  );
}

interface RefusedAttempt {
  readonly login: DeviceLoginRecord;
  readonly by: SessionActor | RequestOrigin;
  readonly reason: LoginRefusalReason;
  readonly at: number;
  readonly details?: Readonly<Record<string, unknown>>;
}

/**
 * Records a refused attempt at a login that a person has opened, at most once a minute for each login and reason, so
 * that nobody can fill the log. Records nothing before that: the login belongs to nobody yet.
 */
export async function noteRefusedAttempt(
  tx: Transaction,
  { login, by, reason, at, details }: RefusedAttempt,
): Promise<void> {
  if (login.claim === null) return;
  const { count } = await tx.countAttempt(`device:refused:${login.id}:${reason}`, DENIED_EVENT_MS, at);
  if (count > 1) return;
  const content = {
    at,
    organizationId: login.grant?.organizationId ?? null,
    target: loginTarget(login),
    details: { reason, ...details },
  };
  await tx.insertAuditEvents([refusedEvent(by, content)]);
}

interface RefusedContent {
  readonly at: number;
  readonly organizationId: OrganizationId | null;
  readonly target: TargetRef | null;
  readonly details: Readonly<Record<string, unknown>>;
}

export function refusedEvent(by: SessionActor | RequestOrigin, content: RefusedContent): AuditEventRecord {
  const event = { ...content, action: "device.refused", outcome: "denied" } as const;
  return "kind" in by ? eventBy(by, event) : eventOf({ actor: ANONYMOUS, via: null, origin: by }, event);
}

export interface RequestedLogin {
  readonly deviceCode: Secret;
  /** The code as displayed: two groups of four letters of the alphabet. */
  readonly userCode: Secret;
  readonly expiresInMs: number;
  readonly pollIntervalMs: number;
}

/**
 * How many unopened logins are kept. Beyond that the oldest are deleted, so that nobody is refused because of other
 * people's logins.
 */
export const MOST_WAITING = 10_000;
/** The number of unopened logins is checked once in this many requests. */
const LOOK_EVERY = 100;

/**
 * Starts a login for a device that will poll. Nobody is known yet, so it stores one small row that is soon deleted, and
 * writes no event before a person opens it.
 */
export async function requestLogin(
  deps: Pick<Deps, "store" | "clock">,
  input: { readonly deviceName?: string | undefined },
  origin: RequestOrigin,
): Promise<RequestedLogin> {
  const at = deps.clock();
  await limitNetwork(deps, "deviceLogin", origin.ip);
  const [deviceCode, userCode] = [newLinkSecret(), newUserCode()];
  const login = {
    id: newId("deviceLogin"),
    deviceName: deviceNameOf(input.deviceName),
    ip: origin.ip,
    userAgent: origin.userAgent,
    createdAt: at,
    expiresAt: at + DEVICE_LOGIN_MS,
    loopback: null,
    pollIntervalMs: POLL_INTERVAL_MS,
    claim: null,
    codes: { deviceCodeHash: hashSecret(deviceCode), userCodeHash: hashUserCode(userCode) },
  };
  await deps.store.transaction(async (tx) => {
    await tx.insertDeviceLogin(login);
    await boundWaiting(tx, at);
  });
  return { deviceCode, userCode, expiresInMs: DEVICE_LOGIN_MS, pollIntervalMs: POLL_INTERVAL_MS };
}

/**
 * Deletes the oldest unopened logins beyond the bound. Counts only every hundredth time, because counting is expensive.
 */
async function boundWaiting(tx: Transaction, at: number): Promise<void> {
  const { count } = await tx.countAttempt("device:request", DEVICE_LOGIN_MS, at);
  if (count % LOOK_EVERY === 0) await tx.forgetUnclaimedLogins({ beyond: MOST_WAITING - LOOK_EVERY }, MOST_WAITING);
}

/** Parses a code that a person typed, in any case, with or without the hyphen. Returns `null` when it is not a code. */
export function parseUserCode(typed: string): Secret | null {
  const letters = typed.toUpperCase().replaceAll(/[\s\-\u2010-\u2015]/g, "");
  const isCode =
    letters.length === USER_CODE_LENGTH && [...letters].every((letter) => USER_CODE_LETTERS.includes(letter));
  return isCode ? new Secret(letters) : null;
}

/** Hashes a user code. It is short enough to guess, but it works for ten minutes and only for a signed-in person. */
export function hashUserCode(code: Secret): Hash {
  return hashSecret(code);
}

interface LoopbackRequest {
  readonly redirectUri: string;
  readonly codeChallenge: string;
  readonly deviceName?: string | undefined;
}

/** A port of this machine, by address: a name could lead elsewhere (RFC 8252 §7.3, §8.3). */
const LOOPBACK = /^http:\/\/(?:127\.0\.0\.1|\[::1\]):([1-9]\d{0,4})\/callback$/;
/** SHA-256 in base64url without padding (RFC 7636 §4.2). */
const CHALLENGE = /^[A-Za-z0-9_-]{43}$/;

/**
 * Starts the login that a link of the command on this machine asks for, opened by the session that will decide. Accepts
 * only a loopback address as its destination.
 */
export async function openLoopback(
  deps: Pick<Deps, "store" | "clock">,
  actor: SessionActor,
  { redirectUri, codeChallenge, deviceName }: LoopbackRequest,
): Promise<DeviceLoginRecord> {
  const port = Number(LOOPBACK.exec(redirectUri)?.[1] ?? 0);
  if (port < 1 || port > 65_535) throw invalidLink("redirectUri", "It must be http://127.0.0.1:PORT/callback.");
  if (!CHALLENGE.test(codeChallenge)) throw invalidLink("codeChallenge", "It must be a SHA-256 in base64url.");
  const at = deps.clock();
  await limitPerson(deps, "loopbackLogin", actor.user.id);
  const login = {
    id: newId("deviceLogin"),
    deviceName: deviceNameOf(deviceName),
    ip: actor.origin.ip,
    userAgent: actor.origin.userAgent,
    createdAt: at,
    expiresAt: at + DEVICE_LOGIN_MS,
    loopback: { redirectUri, codeChallenge },
    pollIntervalMs: POLL_INTERVAL_MS,
    claim: { sessionId: actor.session.id, userId: actor.user.id, at },
    codes: null,
  };
  return deps.store.transaction(async (tx) => {
    await requireLiveSession(deps, tx, actor);
    await tx.insertDeviceLogin(login);
    await tx.insertAuditEvents([
      eventBy(actor, {
        at,
        organizationId: null,
        action: "device.requested",
        target: loginTarget(login),
        details: { method: "loopback", expiresAt: login.expiresAt },
      }),
    ]);
    const stored = await tx.lockDeviceLogin(login.id);
    if (stored === null) throw new Error("a login that was just inserted cannot be found");
    return stored;
  });
}

function invalidLink(field: keyof LoopbackRequest, message: string): Refusal {
  return new Refusal(
    "field_invalid",
    "This login link is incomplete, or mintmark login did not create it. Start the login again.",
    { errors: [{ field, message }] },
  );
}

const AT_ONCE = 200;

/** How long an expired, unopened login is kept, so that its polling device learns that it has expired. */
const OVER_MS = 10 * 60_000;

/**
 * Deletes logins a day after they expired, so that until then a repeated code is recognized. Deletes unopened ones,
 * which anybody can create, after ten minutes.
 */
export async function forgetOldLogins(
  { store, clock }: Pick<Deps, "store" | "clock">,
  signal?: AbortSignal,
): Promise<void> {
  const now = clock();
  const forget = (some: (tx: Transaction) => Promise<number>): Promise<void> =>
    inSteps(async () => (await store.transaction(some)) === AT_ONCE, signal);
  await forget((tx) => tx.forgetUnclaimedLogins({ before: now - OVER_MS }, AT_ONCE));
  await forget((tx) => tx.forgetDeviceLogins(now - DAY_MS, AT_ONCE));
}
