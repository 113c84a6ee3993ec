// Mints the token that a person approved for a login.
// Rule: everything that the approval depended on is evaluated again under the locks of minting. If something no longer
// holds, the login ends and the audit log says why.
import { effectivePermissions } from "@mintmark/core";
import type { DeviceClaim, DeviceGrant, DeviceLoginRecord, Transaction } from "../../store/store.ts";
import { type Deps, eventBy, Refusal, type RequestOrigin, type SessionActor } from "../use-case.ts";
import { requirePermissions } from "../input.ts";
import { insertMinted, lockMinter, type Minted, requirePolicyAllows } from "../token/mint.ts";
import { loginTarget, noteRefusedAttempt, stateOf } from "./login.ts";

/** An approved login. Its claim and its grant no longer change. */
interface GrantedLogin extends DeviceLoginRecord {
  readonly claim: DeviceClaim;
  readonly grant: DeviceGrant;
}

export function isGranted(login: DeviceLoginRecord, now: number): login is GrantedLogin {
  return login.grant !== null && login.claim !== null && stateOf(login, now) === "granted";
}

/** The token of a login, and its permissions at this moment. */
export interface MintedByLogin extends Minted {
  readonly scope: readonly string[];
}

/**
 * Mints what was approved, if everything that the approval depended on still holds: the session that gave it, the
 * membership, the role and the organization's policy. Returns `null` when another request was faster. Returns a refusal
 * when something no longer holds; the login then ends, and the audit log says why.
 */
export async function mintGranted(
  deps: Deps,
  { id, claim, grant }: GrantedLogin,
  origin: RequestOrigin,
): Promise<MintedByLogin | Refusal | null> {
  try {
    return await deps.store.transaction(async (tx) => {
      const actor = await approverOf(deps, tx, claim, origin);
      const minter = await lockMinter(deps, tx, actor, grant.organizationId);
      if (minter.membership.id !== grant.membershipId) {
        throw approverLeft();
      }
      const login = await tx.lockDeviceLogin(id);
      if (login === null || stateOf(login, deps.clock()) !== "granted") return null;
      const { tokenName: name, tokenExpiresAt: expiresAt } = grant;
      const permissions = requirePermissions(deps.catalogue, grant.permissions, minter.held);
      requirePolicyAllows(deps, minter.organization.policy, { role: minter.membership.role, expiresAt });
      if (expiresAt !== null && expiresAt <= deps.clock()) {
        throw new Refusal("expiry_invalid", "The approved expiry has already passed. Start the login again.");
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

/** Returns the person who approved the login as the actor. Their session is evaluated where the locks are taken. */
async function approverOf(
  deps: Pick<Deps, "clock">,
  tx: Transaction,
  claim: DeviceClaim,
  origin: RequestOrigin,
): Promise<SessionActor> {
  const user = await tx.findUser(claim.userId);
  const session = await tx.findOpenSession(claim.userId, claim.sessionId, deps.clock());
  if (user === null || session === null) {
    throw new Refusal("session_ended", "The person who approved the login has signed out. Start the login again.");
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
    return refusal.code === "not_found" ? approverLeft() : refusal;
  });
}

function approverLeft(): Refusal {
  return new Refusal("member_removed", "The person who approved the login has left the organization.", { status: 403 });
}
