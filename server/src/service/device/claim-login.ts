import type { AttemptRecord, DeviceLoginRecord, Transaction } from "../../store/store.ts";
import type { SessionActor } from "../actor.ts";
import { rateLimited } from "../attempt-limit.ts";
import { eventBy } from "../audit-event.ts";
import type { Deps } from "../deps.ts";
import { Refusal } from "../refusal.ts";
import { requireLiveSession } from "../session/live-session.ts";
import { loginOver, loginTarget, noteRefusedAttempt, refusedEvent, stateOf } from "./device-login.ts";
import { hashUserCode, parseUserCode } from "./request-login.ts";

/** Wrong codes, counted for an hour: of one session, and of one person. */
const WRONG_CODES_WINDOW_MS = 3_600_000;
const WRONG_CODES = { session: 5, user: 15 } as const;

/**
 * Opens the login that waits for the code a person typed, for this session alone; again for the session that has
 * it. Refuses after five wrong codes without looking: of 25 billion codes that finds none.
 */
export async function claimLogin(
  deps: Pick<Deps, "store" | "clock">,
  actor: SessionActor,
  typed: string,
): Promise<DeviceLoginRecord> {
  const code = parseUserCode(typed);
  const outcome = await deps.store.transaction(async (tx) => {
    // Locks the user: the tries of one person are judged one after the other, whatever they are sent with.
    await requireLiveSession(deps, tx, actor);
    const at = deps.clock();
    const waitMs = await waitFor(tx, actor, at);
    if (waitMs > 0) return rateLimited("Too many wrong codes were entered, so this one was not checked.", waitMs);
    const found = code === null ? null : await tx.findDeviceLogin("user_code", hashUserCode(code));
    const login = found === null ? null : await tx.lockDeviceLogin(found.id);
    if (login === null) {
      await countWrongCode(tx, actor, at);
      const details = { reason: "unknown_code" };
      await tx.insertAuditEvents([refusedEvent(actor, { at, organizationId: null, target: null, details })]);
      return unknownCode();
    }
    if (login.claim !== null && login.claim.sessionId !== actor.session.id) {
      await countWrongCode(tx, actor, at);
      await noteRefusedAttempt(tx, { login, by: actor, reason: "other_session", at });
      return new Refusal(
        "device_login_claimed",
        "This code was typed in another browser first, and only that one can decide. If it was not yours, let the login run out and start it again.",
      );
    }
    if (stateOf(login, at) !== "pending") return loginOver();
    if (login.claim !== null) return login;
    const claim = { sessionId: actor.session.id, userId: actor.user.id, at };
    await tx.claimDeviceLogin(login.id, claim);
    // Only now is there somebody whose log this belongs to.
    await tx.insertAuditEvents([
      eventBy(actor, {
        at,
        organizationId: null,
        action: "device.requested",
        target: loginTarget(login),
        details: { method: "code", requestedFrom: login.ip, expiresAt: login.expiresAt },
      }),
    ]);
    return { ...login, claim };
  });
  if (outcome instanceof Refusal) throw outcome;
  return outcome;
}

function keysOf({ session, user }: SessionActor): readonly (readonly [key: string, limit: number])[] {
  return [
    [`device:code:session:${session.id}`, WRONG_CODES.session],
    [`device:code:user:${user.id}`, WRONG_CODES.user],
  ];
}

async function waitFor(tx: Transaction, actor: SessionActor, now: number): Promise<number> {
  let longest = 0;
  for (const [key, limit] of keysOf(actor)) {
    const attempts: AttemptRecord | null = await tx.findAttempts(key);
    if (attempts !== null && attempts.count >= limit)
      longest = Math.max(longest, attempts.since + WRONG_CODES_WINDOW_MS - now);
  }
  return longest;
}

async function countWrongCode(tx: Transaction, actor: SessionActor, now: number): Promise<void> {
  for (const [key] of keysOf(actor)) await tx.countAttempt(key, WRONG_CODES_WINDOW_MS, now);
}

function unknownCode(): Refusal {
  const message =
    "No login waits for this code. Look at it again where you started, or start anew: it is good for ten minutes.";
  return new Refusal("device_code_unknown", message, { errors: [{ field: "userCode", message }] });
}
