// Replaces a token: mints a second one beside it, so that a client can switch without an interruption.
import { replacementExpiry, type TokenId } from "@mintmark/core";
import type { TokenRecord } from "../../store/store.ts";
import { type Deps, notFound, Refusal, type SessionActor } from "../use-case.ts";
import { requirePermissions } from "../input.ts";
import { limitMints } from "../limits/limits.ts";
import { insertMinted, lockMinter, type Minted, requireMintable } from "./mint.ts";
import { isOwnToken } from "./token.ts";

export interface Replacement extends Minted {
  readonly replaced: TokenRecord;
}

/**
 * Mints a copy of one of the caller's own tokens, with the same name, organization and list, and with the original
 * duration from now on. The old token keeps working until it is revoked. Refuses a revoked token, and a list that
 * exceeds the present role.
 */
export async function replaceToken(deps: Deps, actor: SessionActor, id: TokenId): Promise<Replacement> {
  const found = await deps.store.reads.findToken(id);
  if (found === null || !isOwnToken(actor, found)) throw notFound();
  if (found.revokedAt !== null) {
    throw new Refusal(
      "credential_not_active",
      `Cannot replace token "${found.name}": it was revoked. Mint a new token instead.`,
    );
  }
  await limitMints(deps, actor.user.id);
  return deps.store.transaction(async (tx) => {
    const minter = await lockMinter(deps, tx, actor, found.organization.id);
    const replaced = await tx.lockToken(id);
    // A revocation that came first also took away the right to replace.
    if (replaced === null || replaced.revokedAt !== null || replaced.membership.id !== minter.membership.id) {
      throw new Refusal(
        "credential_not_active",
        `Cannot replace token "${found.name}": it was revoked a moment ago. Mint a new token instead.`,
      );
    }
    const permissions = requirePermissions(deps.catalogue, replaced.permissions, minter.held);
    const { policy } = minter.organization;
    const expiresAt = replacementExpiry(replaced, policy.maxLifetimeDays, deps.clock());
    requireMintable(deps, actor, policy, { role: minter.membership.role, expiresAt });
    const minted = await insertMinted(deps, tx, actor, minter, {
      name: replaced.name,
      permissions,
      expiresAt,
      replaces: id,
    });
    return { ...minted, replaced };
  });
}
