// Supabase Auth: database webhooks on `auth.users` and on the tables of your teams, here `public.teams` (id, name) and
// `public.memberships` (team_id, user_id, role). Add a header with a shared secret to each webhook.
import { isSecret } from "./signature.js";

export function isGenuine(headers) {
  return isSecret(headers["x-webhook-secret"], process.env.SUPABASE_WEBHOOK_SECRET);
}

/** A webhook holds the row after the change, or before a deletion. `updated_at` orders the changes of a row. */
export function changesOf({ type, table, record, old_record: old }) {
  const isDeletion = type === "DELETE";
  const row = isDeletion ? old : record;
  // A deletion has no instant, and is newer than the row that it deletes.
  const version = isDeletion ? new Date().toISOString() : row.updated_at;
  if (table === "users") {
    if (isDeletion || row.deleted_at) return [{ type: "user.delete", user: row.id, version }];
    if (!row.email) return [];
    const name = row.raw_user_meta_data?.full_name || row.email;
    const suspended = row.banned_until !== null && Date.parse(row.banned_until) > Date.now();
    const emailVerified = row.email_confirmed_at !== null;
    return [{ type: "user.put", user: row.id, name, email: row.email, emailVerified, suspended, version }];
  }
  if (table === "teams") {
    if (isDeletion) return [{ type: "organization.delete", organization: row.id, version }];
    return [{ type: "organization.put", organization: row.id, name: row.name, version }];
  }
  if (table === "memberships") {
    const member = { organization: row.team_id, user: row.user_id };
    if (isDeletion) return [{ type: "member.delete", ...member, version }];
    return [{ type: "member.put", ...member, role: row.role, version }];
  }
  return [];
}
