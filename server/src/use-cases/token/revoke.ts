// Revokes single tokens: by their owner, by an admin, or by anyone who holds the secret.
// Rule: when a revocation returns, every verification refuses the token. The first revocation counts; repeating it
// returns the first receipt.
// Deliberately absent: ending many tokens together with a membership, user or organization (end-many.ts).
import { type AuditEventId, findSecrets, parseSecret, type RevokedReason, type TokenId } from "@mintmark/core";
import { hashSecret } from "../../secrets/generate.ts";
import type { ActorRef, AuditEventRecord, RevokedRef, TokenRecord, Transaction } from "../../store/store.ts";
import { type Actor, actorRef, eventBy, eventOf, type EventOrigin, type RequestOrigin } from "../actor.ts";
import { authorityIn, isReadOnlyAuthority } from "../authority.ts";
import type { Deps } from "../deps.ts";
import { revocationReceiptAt, type RevocationReceipt, Refusal } from "../refusal.ts";
import { getOwnToken, type TokenSelector } from "./token.ts";

/**
 * Revokes one of the caller's own tokens. A token may always revoke itself, even a read-only one, and its owner's other
 * tokens only when it is not read-only.
 */
export function revokeToken(deps: Deps, actor: Actor, selector: TokenSelector): Promise<RevocationReceipt> {
  return deps.store.transaction(async (tx) => {
    const { id, organization } = await getOwnToken(tx, actor, selector);
    if (actor.kind === "credential" && id !== actor.principal.credential.id) {
      const authority = await authorityIn(deps, tx, actor, organization.id);
      if (isReadOnlyAuthority(deps.catalogue, authority)) {
        throw new Refusal(
          "permission_denied",
          "A read-only token can revoke only itself. Sign in to revoke this token.",
        );
      }
    }
    return endToken(deps, tx, actor, id, "self");
  });
}

/** Locks the token, revokes it and writes the event, all in the caller's transaction. */
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
 * Revokes every personal access token and API key that the texts contain, with any text around them. Holding a secret
 * proves more than revoking takes away, so the caller needs no other right. Returns how many such secrets the texts
 * contain, which says nothing about which of them were active. Skips service keys: revoking one stops a whole API, so
 * only an instance admin may.
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

/** Builds the audit events of a revocation of many credentials, one for each. `because` is the event that caused it. */
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
