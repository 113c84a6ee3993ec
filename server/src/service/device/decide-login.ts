import type { DeviceLoginId, OrganizationId, Secret } from "@mintmark/core";
import { newLinkSecret } from "../../secrets/generate.ts";
import { hashSecret } from "../../secrets/hash.ts";
import type { DeviceLoginRecord, Loopback, Transaction } from "../../store/store.ts";
import type { SessionActor } from "../actor.ts";
import { countMint } from "../attempt-limit.ts";
import { eventBy } from "../audit-event.ts";
import type { Deps } from "../deps.ts";
import { type ExpiryChoice, requireExpiry, requireName, requirePermissions } from "../input.ts";
import { notFound, Refusal } from "../refusal.ts";
import { requireLiveSession } from "../session/live-session.ts";
import { lockMinter, requireMintable } from "../token/mint-rules.ts";
import { HANDED_CODE_MS, loginOver, loginTarget, noteRefusedAttempt, stateOf } from "./device-login.ts";

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
