// Logins from a terminal. A device asks, and polls (RFC 8628), or the browser of the same machine hands it a one-time
// code (RFC 8252 with PKCE). In both a person decides on a page what the token will be, which stores a grant and no
// secret; the one redemption that succeeds mints, in a transaction that judges everybody and everything again.
// Rule: a login belongs to the browser session that opened it first, and to nobody else.
// Deliberately absent: anything about organization, permissions or expiry that comes from the device.
import { DAY_MS, type LoginRefusalReason, type OrganizationId, Secret, visibleName } from "@mintmark/core";
import { inSteps } from "../../event-loop/turn.ts";
import {
  hashSecret,
  newId,
  newLinkSecret,
  newUserCode,
  USER_CODE_LENGTH,
  USER_CODE_LETTERS,
} from "../../secrets/generate.ts";
import type { AuditEventRecord, DeviceLoginRecord, Hash, TargetRef, Transaction } from "../../store/store.ts";
import { eventBy, eventOf, type RequestOrigin, type SessionActor } from "../actor.ts";
import type { Deps } from "../deps.ts";
import { networkBounds, requireWithin } from "../limits/attempts.ts";
import { requireLiveSession } from "../locks.ts";
import { Refusal } from "../refusal.ts";

/** How long a person has, from the device's request to the device's token. */
const DEVICE_LOGIN_MS = 10 * 60_000;
/** How long the code that a browser hands over is good for. */
export const HANDED_CODE_MS = 60_000;
/** How long a device waits between two polls, and how much longer each time that it did not. */
export const POLL_INTERVAL_MS = 5_000;

const DEVICE_NAME_LENGTH = 60;
const DENIED_EVENT_MS = 60_000;

type DeviceLoginState = "pending" | "granted" | "denied" | "refused" | "redeemed" | "expired";

/** What has become of a login, at this moment. */
export function stateOf(login: DeviceLoginRecord, now: number): DeviceLoginState {
  if (login.redeemedAt !== null) return "redeemed";
  if (login.deniedAt !== null) return "denied";
  if (login.refusedAt !== null) return "refused";
  if ((login.codeExpiresAt ?? login.expiresAt) <= now) return "expired";
  return login.grant === null ? "pending" : "granted";
}

/** What a device calls itself, fit to be shown to somebody who has to decide. */
function deviceNameOf(text: string | undefined): string {
  return visibleName(text ?? "", DEVICE_NAME_LENGTH) ?? "Unnamed device";
}

export function loginTarget({ id, deviceName }: Pick<DeviceLoginRecord, "id" | "deviceName">): TargetRef {
  return { kind: "device_login", id, name: deviceName };
}

/** For people whose login is over, whatever ended it. */
export function loginOver(): Refusal {
  return new Refusal(
    "device_login_over",
    "This login was decided already, or its ten minutes are over. Start it again on the device.",
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
 * Records a refused attempt at a login that a person opened, once a minute for each login and reason: nobody fills
 * the log. Before that the login is anybody's, and leaves nothing there.
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

/** A device that asks or polls; nobody has signed in there. */
export const ANONYMOUS = { kind: "system", id: "anonymous", name: "Someone not signed in" } as const;

export interface RequestedLogin {
  readonly deviceCode: Secret;
  /** As it is shown: two groups of four letters. */
  readonly userCode: Secret;
  readonly expiresInMs: number;
  readonly pollIntervalMs: number;
}

/** Logins begun from one network in ten minutes: a whole office may be behind it. */
const REQUESTS_OF_NETWORK = 300;
/** Logins that wait for somebody to open them. Beyond, the oldest gives way, so that nobody is refused for others. */
export const MOST_WAITING = 10_000;
/** How many requests go by between two looks at how many wait. */
const LOOK_EVERY = 100;

/**
 * Begins a login for a device that will poll. Nobody is known yet, so it leaves one small row that is gone soon, and
 * nothing in the audit log before a person opens it.
 */
export async function requestLogin(
  deps: Pick<Deps, "store" | "clock">,
  input: { readonly deviceName?: string | undefined },
  origin: RequestOrigin,
): Promise<RequestedLogin> {
  const at = deps.clock();
  const bound = { key: "device:request", most: REQUESTS_OF_NETWORK, windowMs: DEVICE_LOGIN_MS };
  await requireWithin(deps, networkBounds(origin.ip, bound), "Too many logins were begun from your network.");
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

/** Every hundredth request, of all replicas together, looks: counting ten thousand rows each time would cost more than it saves. */
async function boundWaiting(tx: Transaction, at: number): Promise<void> {
  const { count } = await tx.countAttempt("device:request", DEVICE_LOGIN_MS, at);
  if (count % LOOK_EVERY === 0) await tx.forgetUnclaimedLogins({ beyond: MOST_WAITING - LOOK_EVERY }, MOST_WAITING);
}

/** The code as it was made, from what a person typed: any case, with or without the hyphen. `null`: it is none. */
export function parseUserCode(typed: string): Secret | null {
  const letters = typed.toUpperCase().replaceAll(/[\s\-\u2010-\u2015]/g, "");
  const isCode =
    letters.length === USER_CODE_LENGTH && [...letters].every((letter) => USER_CODE_LETTERS.includes(letter));
  return isCode ? new Secret(letters) : null;
}

/** Unlike other secrets it can be found by trying: it lives ten minutes, and opens nothing without a signed-in person. */
export function hashUserCode(code: Secret): Hash {
  return hashSecret(code);
}

interface LoopbackRequest {
  readonly redirectUri: string;
  readonly codeChallenge: string;
  readonly deviceName?: string | undefined;
}

/** Logins that one person begins in ten minutes. */
const OPENINGS = 30;

/** A port of this very machine, by its address: a name could lead elsewhere (RFC 8252 §7.3, §8.3). */
const LOOPBACK = /^http:\/\/(?:127\.0\.0\.1|\[::1\]):([1-9]\d{0,4})\/callback$/;
/** SHA-256 in base64url without padding (RFC 7636 §4.2). */
const CHALLENGE = /^[A-Za-z0-9_-]{43}$/;

/**
 * Begins the login that a link of the command on this machine asks for, opened by the session that will decide. It
 * leads nowhere but to a loopback address.
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
  const openings = { key: `device:loopback:${actor.user.id}`, most: OPENINGS, windowMs: DEVICE_LOGIN_MS };
  await requireWithin(deps, [openings], "You began too many logins.");
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
    "The link of this login was not made by mintmark login, or is incomplete. Start the login again.",
    { errors: [{ field, message }] },
  );
}

const AT_ONCE = 200;

/** For how long a login that nobody opened is known to be over: its device still polls. */
const OVER_MS = 10 * 60_000;

/**
 * Forgets logins a day after their time was over: until then a code that comes back is known for what it is. Those that
 * nobody opened, which cost nothing to make, go after ten minutes.
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
