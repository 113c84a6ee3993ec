import { newId } from "../../secrets/generate.ts";
import type { DeviceLoginRecord } from "../../store/store.ts";
import type { SessionActor } from "../actor.ts";
import { requireWithin } from "../attempt-limit.ts";
import { eventBy } from "../audit-event.ts";
import type { Deps } from "../deps.ts";
import { Refusal } from "../refusal.ts";
import { requireLiveSession } from "../session/live-session.ts";
import { DEVICE_LOGIN_MS, deviceNameOf, loginTarget, POLL_INTERVAL_MS } from "./device-login.ts";

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
