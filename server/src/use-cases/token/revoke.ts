import { type AuditEventId, findSecrets, parseSecret, type RevokedReason, type TokenId } from "@mintmark/core";
import { hashSecret } from "../../secrets/generate.ts";
import type { ActorRef, AuditEventRecord, RevokedRef, TokenRecord, Transaction } from "../../store/store.ts";
import { type Actor, actorRef, eventBy, eventOf, type EventOrigin, type RequestOrigin } from "../actor.ts";
import { authorityIn, isReadOnlyAuthority } from "../authority.ts";
import type { Deps } from "../deps.ts";
import { revocationReceiptAt, type RevocationReceipt, Refusal } from "../refusal.ts";
import { getOwnToken, type TokenSelector } from "./token.ts";

/**
 * Revokes one of the caller's own tokens: when this returns, it is over. A token may always revoke
 * itself, even a read-only one; a sibling only when it is not read-only. Repeating a revocation
 * answers the receipt of the first.
 */
export function revokeToken(deps: Deps, actor: Actor, selector: TokenSelector): Promise<RevocationReceipt> {
  return deps.store.transaction(async (tx) => {
    const { id, organization } = await getOwnToken(tx, actor, selector);
    if (actor.kind === "credential" && id !== actor.principal.credential.id) {
      const authority = await authorityIn(deps, tx, actor, organization.id);
      if (isReadOnlyAuthority(deps.catalogue, authority)) {
        throw new Refusal(
          "permission_denied",
          "A read-only token can revoke itself and no other. Sign in to revoke this one.",
        );
      }
    }
    return endToken(deps, tx, actor, id, "self");
  });
}

/** Locks the token, leaves its tombstone and records it, all in the caller's transaction. */
export async function endToken(
  deps: Pick<Deps, "clock">,
  tx: Transaction,
  actor: Actor,
  id: TokenId,
  reason: RevokedReason,
): Promise<RevocationReceipt> {
  const token = (await tx.lockToken(id)) as TokenRecord;
  if (token.revokedAt !== null) return revocationReceiptAt(token.revokedAt);
  const at = deps.clock();
  await tx.revokeToken(id, { at, by: actorRef(actor), reason });
  await tx.insertAuditEvents([
    eventBy(actor, {
      at,
      organizationId: token.organization.id,
      action: "pat.revoked",
      target: { kind: "pat", id, name: token.name },
      details: { reason, owner: token.user.id },
    }),
  ]);
  return revocationReceiptAt(at);
}

const SOMEONE: ActorRef = { kind: "system", id: "holder", name: "Holder of the secret" };

/**
 * Revokes every personal access token and API key that the texts hold, whatever stands around it. Holding a secret proves
 * more than revoking it takes away, so the caller needs no other right. Returns how many such secrets the texts
 * hold: a fact about the texts alone, which says nothing about what is live. A service key is not revoked here:
 * its end takes a whole product down, so an instance admin decides that.
 */
export async function revokeBySecret(
  deps: Pick<Deps, "store" | "clock"> & { readonly brands: ReadonlySet<string> },
  texts: readonly string[],
  by: { readonly origin: RequestOrigin; readonly reason: "self" | "leaked" },
): Promise<number> {
  const secrets = new Set(texts.flatMap((text) => [...findSecrets(text, deps.brands)]));
  let found = 0;
  for (const secret of secrets) {
    const parsed = parseSecret(secret, deps.brands);
    if (!parsed.ok || parsed.kind === "service_key") continue;
    found++;
    const facts = await deps.store.findForVerification(parsed.kind, hashSecret(secret));
    if (facts === null || facts.revokedAt !== null) continue;
    await deps.store.transaction((tx) => endCredential(deps, tx, facts, by));
  }
  return found;
}

async function endCredential(
  deps: Pick<Deps, "clock">,
  tx: Transaction,
  facts: NonNullable<Awaited<ReturnType<Deps["store"]["findForVerification"]>>>,
  by: { readonly origin: RequestOrigin; readonly reason: "self" | "leaked" },
): Promise<void> {
  const locked = facts.kind === "pat" ? await tx.lockToken(facts.id) : await tx.lockApiKey(facts.id);
  if (locked === null || locked.revokedAt !== null) return;
  const at = deps.clock();
  const revocation = { at, by: SOMEONE, reason: by.reason };
  await (facts.kind === "pat" ? tx.revokeToken(facts.id, revocation) : tx.revokeApiKey(facts.id, revocation));
  await tx.insertAuditEvents([
    eventOf(
      { actor: SOMEONE, via: { kind: facts.kind, id: facts.id, name: facts.name }, origin: by.origin },
      {
        at,
        organizationId: facts.organization.id,
        action: `${facts.kind}.revoked`,
        target: { kind: facts.kind, id: facts.id, name: facts.name },
        details: { reason: by.reason },
      },
    ),
  ]);
}

/** The audit events of a sweeping revocation: one for each credential it ended. `because` is the event of its cause. */
export function revocationEvents(
  author: EventOrigin,
  kind: "pat" | "api_key",
  revoked: readonly RevokedRef[],
  revocation: { readonly at: number; readonly reason: RevokedReason },
  because: AuditEventId,
): AuditEventRecord[] {
  return revoked.map(({ id, name, prefix, organizationId }) =>
    eventOf(author, {
      at: revocation.at,
      organizationId,
      action: kind === "pat" ? "pat.revoked" : "api_key.revoked",
      target: { kind, id, name },
      details: { reason: revocation.reason, prefix, because },
    }),
  );
}
