// What a device gets for its code: one token, once.
import { hash, timingSafeEqual } from "node:crypto";
import { effectivePermissions } from "@mintmark/core";
import { hashSecret } from "../../secrets/generate.ts";
import type { DeviceClaim, DeviceGrant, DeviceLoginRecord, Loopback, Transaction } from "../../store/store.ts";
import { eventBy, eventOf, type RequestOrigin, type SessionActor } from "../actor.ts";
import type { Deps } from "../deps.ts";
import { requirePermissions } from "../input.ts";
import { Refusal } from "../refusal.ts";
import { insertMinted, lockMinter, type Minted, requirePolicyAllows } from "../token/mint.ts";
import { ANONYMOUS, loginTarget, noteRefusedAttempt, POLL_INTERVAL_MS, stateOf } from "./login.ts";

/** A line to the server takes a poll a little less time now and then than the one before. */
const POLL_LENIENCE_MS = 500;

/**
 * Answers one poll of a device (RFC 8628 §3.5): the token, to the one that finds the login granted; else
 * `authorization_pending`, `slow_down`, `access_denied`, `expired_token`, and `invalid_grant` for a code that is none
 * or was redeemed.
 */
export async function redeemDeviceCode(deps: Deps, deviceCode: string, origin: RequestOrigin): Promise<MintedByLogin> {
  const login = await deps.store.reads.findDeviceLogin("device_code", hashSecret(deviceCode));
  if (login === null) throw invalidGrant();
  if (isGranted(login, deps.clock())) {
    const minted = await mintGranted(deps, login, origin);
    if (minted instanceof Refusal) throw new Refusal("access_denied", minted.detail);
    if (minted !== null) return minted;
  }
  throw await deps.store.transaction((tx) => answerPoll(deps, tx, login, origin));
}

async function answerPoll(
  deps: Pick<Deps, "clock">,
  tx: Transaction,
  { id }: DeviceLoginRecord,
  origin: RequestOrigin,
): Promise<Refusal> {
  const login = await tx.lockDeviceLogin(id);
  const at = deps.clock();
  switch (login === null ? "expired" : stateOf(login, at)) {
    case "pending":
      return answerPending(tx, login as DeviceLoginRecord, origin, at);
    case "granted":
      // It was granted since this poll looked; the next one gets it.
      return pending();
    case "redeemed":
      return answerReplay(tx, login as DeviceLoginRecord, origin, at);
    case "expired":
      return new Refusal("expired_token", "The ten minutes to approve this login are over. Start it again.");
    case "denied":
      return new Refusal("access_denied", "The login was denied in the browser.");
    case "refused":
      return new Refusal(
        "access_denied",
        "What the login was granted was void when it was to be used. Start it again.",
      );
  }
}

async function answerPending(
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
 * Exchanges the code that a browser handed over (RFC 6749 §4.1.3, RFC 7636 §4.6). Whatever is tried with a code ends
 * it: with the wrong verifier it is in the wrong hands.
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
    if (present !== null && isProven && state === "redeemed") return answerReplay(tx, present, origin, at);
    if (present === null || isProven) return invalidGrant();
    if (state === "granted") await tx.refuseDeviceLogin(present.id, at);
    await noteRefusedAttempt(tx, { login: present, by: origin, reason: "wrong_verifier", at });
    return invalidGrant();
  });
}

/**
 * A code that comes back after it was redeemed is in two hands, or the answer to the first was lost on its way and
 * nobody has the token: either way the token ends (RFC 6749 §4.1.2, RFC 9700 §2.1.1).
 */
async function answerReplay(
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
  return new Refusal(
    "invalid_grant",
    "This code was used before, so the token that it gave was revoked. Start the login again.",
  );
}

function isGranted(login: DeviceLoginRecord, now: number): login is GrantedLogin {
  return login.grant !== null && login.claim !== null && stateOf(login, now) === "granted";
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
  return new Refusal("invalid_grant", "There is no such code, or its time is over, or it was made for another client.");
}

/** A login that was granted: from then on neither claim nor grant changes. */
interface GrantedLogin extends DeviceLoginRecord {
  readonly claim: DeviceClaim;
  readonly grant: DeviceGrant;
}

/** The token of a login, and the permissions that it has at this moment. */
export interface MintedByLogin extends Minted {
  readonly scope: readonly string[];
}

/**
 * Mints what was granted, if all that the grant rests on still holds: the session that gave it, the same membership,
 * the role, the organization's policy. Answers `null` when somebody else was faster, and a refusal when it does not
 * hold; the login is then over, and the audit log says why.
 */
async function mintGranted(
  deps: Deps,
  { id, claim, grant }: GrantedLogin,
  origin: RequestOrigin,
): Promise<MintedByLogin | Refusal | null> {
  try {
    return await deps.store.transaction(async (tx) => {
      const actor = await granterOf(deps, tx, claim, origin);
      const minter = await lockMinter(deps, tx, actor, grant.organizationId);
      if (minter.membership.id !== grant.membershipId) {
        throw gone();
      }
      const login = await tx.lockDeviceLogin(id);
      if (login === null || stateOf(login, deps.clock()) !== "granted") return null;
      const { tokenName: name, tokenExpiresAt: expiresAt } = grant;
      const permissions = requirePermissions(deps.catalogue, grant.permissions, minter.held);
      requirePolicyAllows(deps, minter.organization.policy, { role: minter.membership.role, expiresAt });
      if (expiresAt !== null && expiresAt <= deps.clock()) {
        throw new Refusal(
          "expiry_invalid",
          "The token that was approved would have ended by now. Start the login again.",
        );
      }
      const minted = await insertMinted(deps, tx, actor, minter, { name, permissions, expiresAt, replaces: null });
      const at = deps.clock();
      await tx.redeemDeviceLogin(id, minted.token.id, at);
      await tx.insertAuditEvents([
        eventBy(actor, {
          at,
          organizationId: grant.organizationId,
          action: "device.redeemed",
          target: loginTarget(login),
          details: { tokenId: minted.token.id, prefix: minted.token.prefix },
        }),
      ]);
      const { policy } = minter.organization;
      return {
        ...minted,
        scope: effectivePermissions(deps.catalogue, {
          role: minter.membership.role,
          listed: permissions,
          ceiling: policy.ceiling,
        }),
      };
    });
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    return endGrant(deps, id, origin, error);
  }
}

/** Who granted it, as who asks now: their session is judged as everywhere, where the locks are taken. */
async function granterOf(
  deps: Pick<Deps, "clock">,
  tx: Transaction,
  claim: DeviceClaim,
  origin: RequestOrigin,
): Promise<SessionActor> {
  const user = await tx.findUser(claim.userId);
  const session = await tx.findOpenSession(claim.userId, claim.sessionId, deps.clock());
  if (user === null || session === null) {
    throw new Refusal("session_ended", "Whoever approved the login has signed out since. Start the login again.");
  }
  return { kind: "session", user, session, origin };
}

async function endGrant(
  deps: Pick<Deps, "store" | "clock">,
  id: DeviceLoginRecord["id"],
  origin: RequestOrigin,
  refusal: Refusal,
): Promise<Refusal | null> {
  return deps.store.transaction(async (tx) => {
    const login = await tx.lockDeviceLogin(id);
    const at = deps.clock();
    if (login === null || stateOf(login, at) !== "granted") return null;
    await tx.refuseDeviceLogin(id, at);
    await noteRefusedAttempt(tx, { login, by: origin, reason: "grant_void", at, details: { code: refusal.code } });
    return refusal.code === "not_found" ? gone() : refusal;
  });
}

function gone(): Refusal {
  return new Refusal("member_removed", "Whoever approved the login has left the organization since.", { status: 403 });
}
