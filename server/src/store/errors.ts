// The errors that a store throws, and the uniqueness rules of the schema.

/**
 * `unreachable` and `read_only` (a standby, or fenced) may pass without help. `refused` (the role, its password, the
 * name of the database), `pooler` (one connection leads to several sessions) and `not_durable` (a crash could undo a
 * commit) need an operator.
 */
export type Outage = "unreachable" | "read_only" | "refused" | "pooler" | "not_durable";

/** The uniqueness rules that a caller can break. */
export type ConflictRule =
  | "user_email"
  | "user_external_id"
  | "organization_external_id"
  | "active_membership"
  | "pending_invitation"
  | "service_name"
  | "other";

/** The database cannot be reached, did not respond, or cannot be trusted. The caller fails closed (503). */
export class StoreUnavailable extends Error {
  override readonly name = "StoreUnavailable";
  readonly outage: Outage;

  constructor(message: string, options: { readonly cause?: unknown; readonly outage?: Outage } = {}) {
    super(message, "cause" in options ? { cause: options.cause } : undefined);
    this.outage = options.outage ?? "unreachable";
  }
}

/** The connection was lost during the commit, so nobody knows whether the change was made. */
export class OutcomeUnknown extends Error {
  override readonly name = "OutcomeUnknown";
}

/** The disk under the database is full; nothing was written. */
export class StorageFull extends Error {
  override readonly name = "StorageFull";
}

/** A uniqueness rule of the schema refused the write; `rule` names it. */
export class Conflict extends Error {
  override readonly name = "Conflict";
  readonly rule: ConflictRule;

  constructor(rule: ConflictRule) {
    super(`uniqueness rule ${rule} refused the write`);
    this.rule = rule;
  }
}

/** The names by which the engines report a violation: PostgreSQL by the index, SQLite by the columns. */
const RULES: readonly { readonly rule: ConflictRule; readonly index: string; readonly columns: string }[] = [
  { rule: "user_email", index: "users_email_key", columns: "users.email_key" },
  { rule: "user_external_id", index: "users_external", columns: "users.external_source, users.external_id" },
  {
    rule: "organization_external_id",
    index: "organizations_external",
    columns: "organizations.external_source, organizations.external_id",
  },
  {
    rule: "active_membership",
    index: "memberships_active",
    columns: "memberships.organization_id, memberships.user_id",
  },
  {
    rule: "pending_invitation",
    index: "invitations_pending",
    columns: "invitations.organization_id, invitations.email_key",
  },
  { rule: "service_name", index: "services_name", columns: "services.name" },
];

export function conflictOfIndex(index: string): Conflict {
  return new Conflict(RULES.find((known) => known.index === index)?.rule ?? "other");
}

export function conflictOfColumns(columns: string): Conflict {
  return new Conflict(RULES.find((known) => known.columns === columns)?.rule ?? "other");
}
