import { Secret } from "@mintmark/core";
import { newId, newLinkSecret, newUserCode, USER_CODE_LENGTH, USER_CODE_LETTERS } from "../../secrets/generate.ts";
import { hashSecret } from "../../secrets/hash.ts";
import type { Hash } from "../../store/store.ts";
import type { RequestOrigin } from "../actor.ts";
import { addressBlock } from "../attempt-limit.ts";
import { eventOf } from "../audit-event.ts";
import type { Deps } from "../deps.ts";
import { Refusal } from "../refusal.ts";
import { ANONYMOUS, DEVICE_LOGIN_MS, deviceNameOf, loginTarget, POLL_INTERVAL_MS } from "./device-login.ts";

export interface RequestedLogin {
  readonly deviceCode: Secret;
  /** As it is shown: two groups of four letters. */
  readonly userCode: Secret;
  readonly expiresInMs: number;
  readonly pollIntervalMs: number;
}

const REQUESTS = 30;
const REQUESTS_WINDOW_MS = 10 * 60_000;

/** Begins a login for a device that will poll. Refuses more than 30 in ten minutes from one address. */
export async function requestLogin(
  deps: Pick<Deps, "store" | "clock">,
  input: { readonly deviceName?: string | undefined },
  origin: RequestOrigin,
): Promise<RequestedLogin> {
  const at = deps.clock();
  await limitRequests(deps, origin.ip, at);
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
    await tx.insertAuditEvents([
      eventOf(
        { actor: ANONYMOUS, via: null, origin },
        {
          at,
          organizationId: null,
          action: "device.requested",
          target: loginTarget(login),
          details: { method: "code", expiresAt: login.expiresAt },
        },
      ),
    ]);
  });
  return { deviceCode, userCode, expiresInMs: DEVICE_LOGIN_MS, pollIntervalMs: POLL_INTERVAL_MS };
}

async function limitRequests(deps: Pick<Deps, "store">, ip: string | null, now: number): Promise<void> {
  const key = `device:request:${ip === null ? "unknown" : addressBlock(ip)}`;
  const { count, since } = await deps.store.transaction((tx) => tx.countAttempt(key, REQUESTS_WINDOW_MS, now));
  if (count <= REQUESTS) return;
  const retryAfterSeconds = Math.ceil((since + REQUESTS_WINDOW_MS - now) / 1000);
  throw new Refusal(
    "rate_limited",
    `Too many logins were begun from this network. Try again in ${retryAfterSeconds} s.`,
    {
      retryAfterSeconds,
    },
  );
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
