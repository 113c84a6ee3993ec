// Verbs about the audit log. Events are only ever added, in the transaction of the change they record.
import type { AuditAction, AuditEventId, OrganizationId, UserId } from "@mintmark/core";
import type { Page, PageRequest } from "./page.ts";

/** Who did something. `system` is Mintmark itself. */
export interface ActorRef {
  readonly kind: "user" | "api_key" | "service" | "system";
  readonly id: string;
  readonly name: string;
}

/** The credential an actor acted through; `null` when it was a browser session. */
export interface ViaRef {
  readonly kind: "pat" | "api_key" | "service_key";
  readonly id: string;
  readonly name: string;
}

export interface TargetRef {
  readonly kind:
    | "pat"
    | "api_key"
    | "user"
    | "membership"
    | "invitation"
    | "organization"
    | "policy"
    | "session"
    | "service";
  readonly id: string;
  readonly name: string;
}

export interface AuditEventRecord {
  readonly id: AuditEventId;
  readonly at: number;
  /** `null` for what belongs to no organization: accounts, sessions, services. */
  readonly organizationId: OrganizationId | null;
  readonly actor: ActorRef;
  readonly via: ViaRef | null;
  readonly action: AuditAction;
  readonly target: TargetRef | null;
  readonly outcome: "ok" | "denied";
  readonly ip: string | null;
  readonly userAgent: string | null;
  readonly requestId: string | null;
  /** What changed, by allow-list: never a secret, never a hash. */
  readonly details: Readonly<Record<string, unknown>>;
}

export interface AuditFilter {
  /** Only this organization's events. */
  readonly organizationId?: OrganizationId;
  /** Only events this user did or that were done to this user. */
  readonly concerning?: UserId;
  readonly actorId?: string;
  readonly action?: AuditAction;
  /** Events through, or about, this credential. */
  readonly credentialId?: string;
  /** Inclusive. */
  readonly from?: number;
  /** Exclusive. */
  readonly to?: number;
}

export interface AuditReads {
  listAuditEvents(filter: AuditFilter, page: PageRequest): Promise<Page<AuditEventRecord>>;
}

export interface AuditWrites {
  insertAuditEvents(events: readonly AuditEventRecord[]): Promise<void>;
}
