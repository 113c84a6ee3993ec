import { parseSecret } from "@mintmark/core";
import { hashSecret } from "../../secrets/hash.ts";
import type { ActorRef, Transaction } from "../../store/store.ts";
import type { RequestOrigin } from "../actor.ts";
import { eventOf } from "../audit-event.ts";
import type { Deps } from "../deps.ts";

const SOMEONE: ActorRef = { kind: "system", id: "holder", name: "Holder of the secret" };

/**
 * Whoever holds a secret can end it: holding it proves more than asking to end it takes away. Answers
 * nothing about any of them, so that it cannot be used to try secrets. Service keys are not revoked
 * here: losing one would take a whole product down, so an instance admin does it.
 */
export async function revokeBySecret(
  deps: Pick<Deps, "store" | "clock"> & { readonly brands: ReadonlySet<string> },
  secrets: readonly string[],
  by: { readonly origin: RequestOrigin; readonly reason: "self" | "leaked" },
): Promise<void> {
  for (const secret of secrets) {
    const parsed = parseSecret(secret, deps.brands);
    if (!parsed.ok || parsed.kind === "service_key") continue;
    const facts = await deps.store.findForVerification(parsed.kind, hashSecret(secret));
    if (facts === null || facts.revokedAt !== null) continue;
    await deps.store.transaction((tx) => endCredential(deps, tx, facts, by));
  }
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
