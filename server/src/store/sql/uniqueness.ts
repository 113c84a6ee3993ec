// The uniqueness rules of the schema, by the names the two engines report a violation with:
// PostgreSQL by the index, SQLite by the columns.
import { Conflict, type ConflictRule } from "../store.ts";

const RULES: readonly { readonly rule: ConflictRule; readonly index: string; readonly columns: string }[] = [
  { rule: "user_email", index: "users_email_key", columns: "users.email_key" },
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
