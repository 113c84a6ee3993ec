// Verbs about the audit log. Events are added in the transaction of the change they record, never changed, and
// deleted only when their organization's retention is over.
import type { AuditAction, AuditEventId, OrganizationId, RetentionSetting, UserId } from "@mintmark/core";
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
    | "mcp_tool"
    | "session"
    | "device_login"
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
  /** Any of these. */
  readonly actions?: readonly AuditAction[];
  readonly outcome?: AuditEventRecord["outcome"];
  /** Events through, or about, this credential. */
  readonly credentialId?: string;
  /** Inclusive. */
  readonly from?: number;
  /** Exclusive. */
  readonly to?: number;
}

/** An organization with the time it keeps its events for. */
export interface RetainingOrganization {
  readonly id: OrganizationId;
  readonly name: string;
  readonly retention: RetentionSetting;
}

export interface AuditReads {
  listAuditEvents(filter: AuditFilter, page: PageRequest): Promise<Page<AuditEventRecord>>;
  /** What the organization set; `NO_RETENTION_SETTING` while it set nothing. */
  findAuditRetention(id: OrganizationId): Promise<RetentionSetting>;
  /**
   * Organizations, deleted ones too, in the order of their ids, beyond `after`: all, or only those that have
   * ever set a retention.
   */
  listAuditRetentions(
    which: "all" | "set",
    after: OrganizationId | null,
    limit: number,
  ): Promise<readonly RetainingOrganization[]>;
}

export interface AuditWrites {
  insertAuditEvents(events: readonly AuditEventRecord[]): Promise<void>;
  setAuditRetention(id: OrganizationId, retention: RetentionSetting): Promise<void>;
  /**
   * Deletes up to `limit` events of the organization (`null`: of none) from before the instant, the oldest
   * first, and answers how many. Events that record such a deletion stay. What another replica is deleting
   * is passed over.
   */
  pruneAuditEvents(organizationId: OrganizationId | null, before: number, limit: number): Promise<number>;
}
