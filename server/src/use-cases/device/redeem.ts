// Redeems a device's code: one token, once.
// Rule: a redemption evaluates again everything that the approval depended on. A code that is redeemed twice revokes
// its token.
import { hash, timingSafeEqual } from "node:crypto";
import { hashSecret } from "../../secrets/generate.ts";
import type { DeviceLoginRecord, Loopback, Transaction } from "../../store/store.ts";
import { ANONYMOUS, type Deps, eventOf, Refusal, type RequestOrigin } from "../use-case.ts";
import { noteRefusedAttempt, POLL_INTERVAL_MS, stateOf } from "./login.ts";
import { isGranted, mintGranted, type MintedByLogin } from "./mint-granted.ts";

/** Network delays vary, so a poll may come this much too early. */
const POLL_LENIENCE_MS = 500;

/**
 * Handles one poll of a device (RFC 8628 §3.5). Returns the token to the poll that finds the login approved. Otherwise
 * refuses with `authorization_pending`, `slow_down`, `access_denied` or `expired_token`, and with `invalid_grant` for
 * an unknown or redeemed code.
 */
export async function redeemDeviceCode(deps: Deps, deviceCode: string, origin: RequestOrigin): Promise<MintedByLogin> {
  const login = await deps.store.reads.findDeviceLogin("device_code", hashSecret(deviceCode));
  if (login === null) throw invalidGrant();
  if (isGranted(login, deps.clock())) {
    const minted = await mintGranted(deps, login, origin);
    if (minted instanceof Refusal) throw new Refusal("access_denied", minted.detail);
    if (minted !== null) return minted;
  }
  throw await deps.store.transaction((tx) => handlePoll(deps, tx, login, origin));
}

async function handlePoll(
  deps: Pick<Deps, "clock">,
  tx: Transaction,
  { id }: DeviceLoginRecord,
  origin: RequestOrigin,
): Promise<Refusal> {
  const login = await tx.lockDeviceLogin(id);
  const at = deps.clock();
  switch (login === null ? "expired" : stateOf(login, at)) {
    case "pending":
      return handlePending(tx, login as DeviceLoginRecord, origin, at);
    case "granted":
      // The login was approved after this poll had looked. The next poll gets the token.
      return pending();
    case "redeemed":
      return handleReplay(tx, login as DeviceLoginRecord, origin, at);
    case "expired":
      return new Refusal(
        "expired_token",
        "The login has expired: it must be approved within ten minutes. Start it again.",
      );
    case "denied":
      return new Refusal("access_denied", "The login was denied in the browser.");
    case "refused":
      return new Refusal("access_denied", "The approval is no longer valid. Start the login again.");
  }
}

async function handlePending(
  tx: Transaction,
  login: DeviceLoginRecord,
  origin: RequestOrigin,
  at: number,
): Promise<Refusal> {
  const { lastPolledAt, pollIntervalMs } = login;
  if (lastPolledAt === null || at - lastPolledAt >= pollIntervalMs - POLL_LENIENCE_MS) {
    await tx.notePoll(login.id, at, pollIntervalMs);
    return pending();
  }
  await tx.notePoll(login.id, at, pollIntervalMs + POLL_INTERVAL_MS);
  await noteRefusedAttempt(tx, { login, by: origin, reason: "polled_too_fast", at });
  const seconds = (pollIntervalMs + POLL_INTERVAL_MS) / 1000;
  return new Refusal("slow_down", `Wait ${seconds} s between two polls.`);
}

/**
 * Exchanges the code that a browser handed over (RFC 6749 §4.1.3, RFC 7636 §4.6). Every attempt uses the code up: with
 * a wrong verifier it is in the wrong hands.
 */
export async function redeemHandedCode(
  deps: Deps,
  request: { readonly code: string; readonly codeVerifier: string; readonly redirectUri: string },
  origin: RequestOrigin,
): Promise<MintedByLogin> {
  const login = await deps.store.reads.findDeviceLogin("authorization_code", hashSecret(request.code));
  if (login === null || login.loopback === null) throw invalidGrant();
  const isProven = isFrom(login.loopback, request);
  if (isProven && isGranted(login, deps.clock())) {
    const minted = await mintGranted(deps, login, origin);
    if (minted instanceof Refusal) throw new Refusal("invalid_grant", minted.detail);
    if (minted !== null) return minted;
  }
  throw await deps.store.transaction(async (tx) => {
    const present = await tx.lockDeviceLogin(login.id);
    const at = deps.clock();
    const state = present === null ? "expired" : stateOf(present, at);
    if (present !== null && isProven && state === "redeemed") return handleReplay(tx, present, origin, at);
    if (present === null || isProven) return invalidGrant();
    if (state === "granted") await tx.refuseDeviceLogin(present.id, at);
    await noteRefusedAttempt(tx, { login: present, by: origin, reason: "wrong_verifier", at });
    return invalidGrant();
  });
}

/**
 * Handles a code that is presented again after its redemption. Either two parties have it, or the first response was
 * lost and nobody has the token. In both cases the token is revoked (RFC 6749 §4.1.2, RFC 9700 §2.1.1).
 */
async function handleReplay(
  tx: Transaction,
  login: DeviceLoginRecord,
  origin: RequestOrigin,
  at: number,
): Promise<Refusal> {
  const token = login.tokenId === null ? null : await tx.lockToken(login.tokenId);
  if (token !== null && token.revokedAt === null) {
    await tx.revokeToken(token.id, { at, by: ANONYMOUS, reason: "leaked" });
    await tx.insertAuditEvents([
      eventOf(
        { actor: ANONYMOUS, via: null, origin },
        {
          at,
          organizationId: token.organization.id,
          action: "pat.revoked",
          target: { kind: "pat", id: token.id, name: token.name },
          details: { reason: "leaked" },
        },
      ),
    ]);
  }
  await noteRefusedAttempt(tx, { login, by: origin, reason: "replayed", at });
  return new Refusal("invalid_grant", "This code was already used, so its token was revoked. Start the login again.");
}

function isFrom(
  { codeChallenge, redirectUri }: Loopback,
  request: { readonly codeVerifier: string; readonly redirectUri: string },
): boolean {
  const expected = Buffer.from(codeChallenge);
  const actual = Buffer.from(hash("sha256", request.codeVerifier, "base64url"));
  return request.redirectUri === redirectUri && actual.length === expected.length && timingSafeEqual(actual, expected);
}

function pending(): Refusal {
  return new Refusal("authorization_pending", "Nobody has approved the login yet. Ask again later.");
}

function invalidGrant(): Refusal {
  return new Refusal("invalid_grant", "The code does not exist, has expired, or belongs to another client.");
}
