import { Secret } from "@mintmark/core";
import { newId, newLinkSecret, newUserCode, USER_CODE_LENGTH, USER_CODE_LETTERS } from "../../secrets/generate.ts";
import { hashSecret } from "../../secrets/hash.ts";
import type { Hash, Transaction } from "../../store/store.ts";
import type { RequestOrigin } from "../actor.ts";
import { networkBounds, requireWithin } from "../attempt-limit.ts";
import type { Deps } from "../deps.ts";
import { DEVICE_LOGIN_MS, deviceNameOf, POLL_INTERVAL_MS } from "./device-login.ts";

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
