import type { TokenId } from "@mintmark/core";
import type { TokenRecord } from "../../store/store.ts";
import type { SessionActor } from "../actor.ts";
import { eventBy } from "../audit-event.ts";
import type { Deps } from "../deps.ts";
import { requireName } from "../input.ts";
import { notFound, Refusal } from "../refusal.ts";

/**
 * Renames one of the caller's own tokens: the only thing about a token that can change. Refuses one that
 * was revoked: it belongs to the record, and its owner may have left the organization whose log would say so.
 */
export function renameToken(
  deps: Pick<Deps, "store" | "clock">,
  actor: SessionActor,
  input: { readonly id: TokenId; readonly name: string },
): Promise<TokenRecord> {
  const name = requireName(input.name);
  return deps.store.transaction(async (tx) => {
    const token = await tx.lockToken(input.id);
    if (token === null || token.user.id !== actor.user.id) throw notFound();
    if (token.revokedAt !== null) {
      throw new Refusal(
        "credential_not_active",
        `Cannot rename token "${token.name}": it was revoked. Dismiss it if it is in the way.`,
      );
    }
    if (token.name === name) return token;
    await tx.renameToken(token.id, name);
    await tx.insertAuditEvents([
      eventBy(actor, {
        at: deps.clock(),
        organizationId: token.organization.id,
        action: "pat.renamed",
        target: { kind: "pat", id: token.id, name },
        details: { before: { name: token.name }, after: { name } },
      }),
    ]);
    return { ...token, name };
  });
}
