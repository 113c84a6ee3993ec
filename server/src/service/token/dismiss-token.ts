import { credentialState, type TokenId } from "@mintmark/core";
import type { TokenRecord } from "../../store/store.ts";
import type { SessionActor } from "../actor.ts";
import { eventBy } from "../audit-event.ts";
import type { Deps } from "../deps.ts";
import { notFound, Refusal } from "../refusal.ts";

/** Takes an ended token of the caller's out of the list; its tombstone stays. Refuses one that could still work. */
export function dismissToken(
  deps: Pick<Deps, "store" | "clock" | "settings">,
  actor: SessionActor,
  id: TokenId,
): Promise<TokenRecord> {
  return deps.store.transaction(async (tx) => {
    const token = await tx.lockToken(id);
    if (token === null || token.user.id !== actor.user.id) throw notFound();
    if (token.dismissedAt !== null) return token;
    const now = deps.clock();
    const { state } = credentialState(token, { now, allowPersonal: deps.settings.allowPersonalTokens });
    if (state !== "revoked" && state !== "expired") {
      throw new Refusal(
        "credential_active",
        `Cannot dismiss token "${token.name}": it has not ended. Revoke it first.`,
      );
    }
    await tx.dismissToken(token.id, now);
    await tx.insertAuditEvents([
      eventBy(actor, {
        at: now,
        organizationId: token.organization.id,
        action: "pat.dismissed",
        target: { kind: "pat", id: token.id, name: token.name },
      }),
    ]);
    return { ...token, dismissedAt: now };
  });
}
