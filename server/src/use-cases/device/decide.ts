// The person's decision about a login from a terminal: entering its code, approving and denying it.
// Rule: only the browser session that opened a login may decide it. Another session's attempt is recorded and refused.
import type { DeviceLoginId, OrganizationId, Secret } from "@mintmark/core";
import { hashSecret, newLinkSecret } from "../../secrets/generate.ts";
import type { DeviceLoginRecord, Loopback, Transaction } from "../../store/store.ts";
import { type Deps, eventBy, notFound, Refusal, type SessionActor } from "../use-case.ts";
import { type ExpiryChoice, requireExpiry, requireName, requirePermissions } from "../input.ts";
import { countWrongCode, limitMints, wrongCodeRefusal } from "../limits/limits.ts";
import { requireLiveSession } from "../authority.ts";
import { lockMinter, requireMintable } from "../token/mint.ts";
import {
  HANDED_CODE_MS,
  hashUserCode,
  loginEnded,
  loginTarget,
  noteRefusedAttempt,
  parseUserCode,
  refusedEvent,
  stateOf,
} from "./login.ts";

/**
 * Opens the login with the code that a person typed, for this session only. Repeating it in this session returns the
 * same login. After five wrong codes it refuses without checking: with 25 billion codes, guessing does not succeed.
 */
export async function claimLogin(
  deps: Pick<Deps, "store" | "clock">,
  actor: SessionActor,
  typed: string,
): Promise<DeviceLoginRecord> {
  const code = parseUserCode(typed);
  const outcome = await deps.store.transaction(async (tx) => {
    // Locks the user, so that the attempts of one person are counted one after the other.
    await requireLiveSession(deps, tx, actor);
    const at = deps.clock();
    const by = { sessionId: actor.session.id, userId: actor.user.id };
    const refused = await wrongCodeRefusal(tx, by, at);
    if (refused !== null) return refused;
    const found = code === null ? null : await tx.findDeviceLogin("user_code", hashUserCode(code));
    const login = found === null ? null : await tx.lockDeviceLogin(found.id);
    if (login === null) {
      await countWrongCode(tx, by, at);
      const details = { reason: "unknown_code" };
      await tx.insertAuditEvents([refusedEvent(actor, { at, organizationId: null, target: null, details })]);
      return unknownCode();
    }
    if (login.claim !== null && login.claim.sessionId !== actor.session.id) {
      await countWrongCode(tx, by, at);
      await noteRefusedAttempt(tx, { login, by: actor, reason: "other_session", at });
      return new Refusal(
        "device_login_claimed",
        "Another browser entered this code first, and only that browser can decide. If it was not yours, let the login expire and start again.",
      );
    }
    if (stateOf(login, at) !== "pending") return loginEnded();
    if (login.claim !== null) return login;
    const claim = { ...by, at };
    await tx.claimDeviceLogin(login.id, claim);
    // Before this nobody had opened the login, so the event belonged to nobody's log.
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

function unknownCode(): Refusal {
  const message =
    "No login waits for this code. Check it on the device, or start again there: a code works for ten minutes.";
  return new Refusal("device_code_unknown", message, { errors: [{ field: "userCode", message }] });
}

export interface LoginApproval extends ExpiryChoice {
  readonly id: DeviceLoginId;
  readonly name: string;
  readonly permissions?: readonly string[] | null | undefined;
  readonly organizationId: OrganizationId;
}

/** Where the browser goes next: to the machine that it runs on, or `null` when the device polls. */
export interface Decided {
  readonly loopback: Loopback | null;
  /** The code that the browser hands over there. */
  readonly code: Secret | null;
}

/**
 * Approves the login with the person's choices, by the rules of minting. Creates no secret yet. Refuses every session
 * except the one that opened the login.
 */
export async function approveLogin(deps: Deps, actor: SessionActor, input: LoginApproval): Promise<Decided> {
  const tokenName = requireName(input.name);
  const tokenExpiresAt = requireExpiry(input, deps.clock());
  await limitMints(deps, actor.user.id);
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

/** Denies the login. Refuses every session except the one that opened it. */
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

/**
 * Throws a refusal that `work` returns after committing what it recorded. A refusal that `work` throws leaves nothing
 * behind.
 */
async function settle(
  deps: Pick<Deps, "store">,
  work: (tx: Transaction) => Promise<Decided | Refusal>,
): Promise<Decided> {
  const outcome = await deps.store.transaction(work);
  if (outcome instanceof Refusal) throw outcome;
  return outcome;
}

/** Locks the undecided login of the session that opened it. Another session's login is `not_found`. */
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
  return stateOf(login, at) === "pending" ? login : loginEnded();
}
