import type { ActorRef } from "../audit-port.ts";
import type { Revocation } from "../credential-port.ts";
import type { RevocationColumns } from "../tables.ts";

/** The tombstone a revocation leaves. */
export function tombstoneOf(revocation: Revocation): RevocationColumns {
  return {
    revoked_at: revocation.at,
    revoked_reason: revocation.reason,
    revoked_by_kind: revocation.by.kind,
    revoked_by_id: revocation.by.id,
    revoked_by_name: revocation.by.name,
  };
}

export function toRevokedBy(row: Omit<RevocationColumns, "revoked_at" | "revoked_reason">): ActorRef | null {
  if (row.revoked_by_kind === null || row.revoked_by_id === null) return null;
  return { kind: row.revoked_by_kind, id: row.revoked_by_id, name: row.revoked_by_name ?? "" };
}
