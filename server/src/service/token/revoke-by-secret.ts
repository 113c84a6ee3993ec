import { findSecrets, parseSecret } from "@mintmark/core";
import { hashSecret } from "../../secrets/hash.ts";
import type { ActorRef, Transaction } from "../../store/store.ts";
import type { RequestOrigin } from "../actor.ts";
import { eventOf } from "../audit-event.ts";
import type { Deps } from "../deps.ts";

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
