import type { DeviceLoginId, OrganizationId, Secret } from "@mintmark/core";
import { hashSecret, newLinkSecret } from "../../secrets/generate.ts";
import type { AttemptRecord, DeviceLoginRecord, Loopback, Transaction } from "../../store/store.ts";
import { eventBy, type SessionActor } from "../actor.ts";
import type { Deps } from "../deps.ts";
import { type ExpiryChoice, requireExpiry, requireName, requirePermissions } from "../input.ts";
import { countMint, rateLimited } from "../limits/attempts.ts";
import { requireLiveSession } from "../locks.ts";
import { notFound, Refusal } from "../refusal.ts";
import { lockMinter, requireMintable } from "../token/mint.ts";
import {
  HANDED_CODE_MS,
  hashUserCode,
  loginOver,
  loginTarget,
  noteRefusedAttempt,
  parseUserCode,
  refusedEvent,
  stateOf,
} from "./login.ts";

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

export interface LoginApproval extends ExpiryChoice {
  readonly id: DeviceLoginId;
  readonly name: string;
  readonly permissions?: readonly string[] | null | undefined;
  readonly organizationId: OrganizationId;
}

/** Where the browser goes next: to the machine it runs on; `null` where the device polls. */
export interface Decided {
  readonly loopback: Loopback | null;
  /** What it takes there. */
  readonly code: Secret | null;
}

/**
 * Grants the login what the person chose, by the rules of minting: no secret is made yet. Refuses everybody but the
 * session that opened the login.
 */
export async function approveLogin(deps: Deps, actor: SessionActor, input: LoginApproval): Promise<Decided> {
  const tokenName = requireName(input.name);
  const tokenExpiresAt = requireExpiry(input, deps.clock());
  await countMint(deps, actor.user.id);
  return settle(deps, async (tx) => {
    const minter = await lockMinter(deps, tx, actor, input.organizationId);
    const login = await lockOwn(deps, tx, actor, input.id);
    if (login instanceof Refusal) return login;
    const permissions = requirePermissions(deps.catalogue, input.permissions, minter.held);
    requireMintable(deps, actor, minter.organization.policy, {
      role: minter.membership.role,
      expiresAt: tokenExpiresAt,
    });
    const at = deps.clock();
    const code = login.loopback === null ? null : newLinkSecret();
    await tx.grantDeviceLogin(
      login.id,
      {
        at,
        organizationId: minter.organization.id,
        membershipId: minter.membership.id,
        tokenName,
        permissions,
        tokenExpiresAt,
      },
      code === null ? null : { hash: hashSecret(code), expiresAt: at + HANDED_CODE_MS },
    );
    await tx.insertAuditEvents([
      eventBy(actor, {
        at,
        organizationId: minter.organization.id,
        action: "device.approved",
        target: loginTarget(login),
        details: { name: tokenName, permissions, expiresAt: tokenExpiresAt, requestedFrom: login.ip },
      }),
    ]);
    return { loopback: login.loopback, code };
  });
}

/** Ends the login without a token. Refuses everybody but the session that opened it. */
export function denyLogin(
  deps: Pick<Deps, "store" | "clock">,
  actor: SessionActor,
  id: DeviceLoginId,
): Promise<Decided> {
  return settle(deps, async (tx) => {
    await requireLiveSession(deps, tx, actor);
    const login = await lockOwn(deps, tx, actor, id);
    if (login instanceof Refusal) return login;
    const at = deps.clock();
    await tx.denyDeviceLogin(id, at);
    await tx.insertAuditEvents([
      eventBy(actor, {
        at,
        organizationId: null,
        action: "device.denied",
        target: loginTarget(login),
        details: { requestedFrom: login.ip },
      }),
    ]);
    return { loopback: login.loopback, code: null };
  });
}

/** A refusal that work answers is thrown when what it recorded is committed; one that it throws leaves nothing behind. */
async function settle(
  deps: Pick<Deps, "store">,
  work: (tx: Transaction) => Promise<Decided | Refusal>,
): Promise<Decided> {
  const outcome = await deps.store.transaction(work);
  if (outcome instanceof Refusal) throw outcome;
  return outcome;
}

/** The login, locked and undecided, of the session that opened it. Another's looks like none. */
async function lockOwn(
  deps: Pick<Deps, "clock">,
  tx: Transaction,
  actor: SessionActor,
  id: DeviceLoginId,
): Promise<DeviceLoginRecord | Refusal> {
  const login = await tx.lockDeviceLogin(id);
  if (login === null) return notFound();
  const at = deps.clock();
  if (login.claim?.sessionId !== actor.session.id) {
    await noteRefusedAttempt(tx, { login, by: actor, reason: "other_session", at });
    return notFound();
  }
  return stateOf(login, at) === "pending" ? login : loginOver();
}
