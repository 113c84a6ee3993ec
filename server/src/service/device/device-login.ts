// Logins from a terminal. A device asks, and polls (RFC 8628), or the browser of the same machine hands it a one-time
// code (RFC 8252 with PKCE). In both a person decides on a page what the token will be, which stores a grant and no
// secret; the one redemption that succeeds mints, in a transaction that judges everybody and everything again.
// Rule: a login belongs to the browser session that opened it first, and to nobody else.
// Deliberately absent: anything about organization, permissions or expiry that comes from the device.
import type { LoginRefusalReason, OrganizationId } from "@mintmark/core";
import { visibleName } from "@mintmark/core";
import type { AuditEventRecord, DeviceLoginRecord, TargetRef, Transaction } from "../../store/store.ts";
import type { RequestOrigin, SessionActor } from "../actor.ts";
import { eventBy, eventOf } from "../audit-event.ts";
import { Refusal } from "../refusal.ts";

/** How long a person has, from the device's request to the device's token. */
export const DEVICE_LOGIN_MS = 10 * 60_000;
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
export function deviceNameOf(text: string | undefined): string {
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
