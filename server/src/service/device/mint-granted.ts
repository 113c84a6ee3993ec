import { effectivePermissions } from "@mintmark/core";
import type { DeviceClaim, DeviceGrant, DeviceLoginRecord, Transaction } from "../../store/store.ts";
import type { RequestOrigin, SessionActor } from "../actor.ts";
import { eventBy } from "../audit-event.ts";
import type { Deps } from "../deps.ts";
import { requirePermissions } from "../input.ts";
import { Refusal } from "../refusal.ts";
import { lockMinter, requirePolicyAllows } from "../token/mint-rules.ts";
import { insertMinted, type Minted } from "../token/mint-token.ts";
import { loginTarget, noteRefusedAttempt, stateOf } from "./device-login.ts";

/** A login that was granted: from then on neither claim nor grant changes. */
export interface GrantedLogin extends DeviceLoginRecord {
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
export async function mintGranted(
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
