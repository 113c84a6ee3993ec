import type { Facts } from "@mintmark/core";
import { newId } from "../secrets/generate.ts";
import type { AuditEventRecord } from "../store/store.ts";

/** The client on whose behalf the credential is used. */
export interface Client {
  /** Canonical, or `null` when unknown. */
  readonly ip: string | null;
  readonly userAgent: string | null;
  /** The requested method and path as `routeOf` returns them: plain words only. Absent or `null` when unknown. */
  readonly route?: string | null;
}

/** The audit event of a credential that was used, or that was refused although the full secret matched. */
export function useEvent(
  facts: Facts,
  verb: "used" | "denied",
  client: Client,
  at: number,
  details: Readonly<Record<string, unknown>>,
): AuditEventRecord {
  const credential = { kind: facts.kind, id: facts.id, name: facts.name } as const;
  return {
    id: newId("auditEvent"),
    at,
    organizationId: facts.organization.id,
    actor:
      facts.kind === "pat"
        ? { kind: "user", id: facts.user.id, name: facts.user.name }
        : { kind: "api_key", id: facts.id, name: facts.name },
    via: credential,
    action: `${facts.kind}.${verb}`,
    target: credential,
    outcome: verb === "used" ? "ok" : "denied",
    ip: client.ip,
    userAgent: client.userAgent,
    requestId: null,
    details,
  };
}
