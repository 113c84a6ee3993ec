import type { AuditEventId, RevokedReason } from "@mintmark/core";
import type { AuditEventRecord, RevokedRef } from "../../store/store.ts";
import { type EventOrigin, eventOf } from "../audit-event.ts";

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
