// The notice that a webhook was turned off.
import type { AuditEventRecord, NewNotice, Transaction } from "../../store/store.ts";

/** For every active instance admin: a program misses events from now on. */
export async function webhookDisabled(
  tx: Transaction,
  { at, target, details }: AuditEventRecord,
): Promise<readonly Omit<NewNotice, "id">[]> {
  // One page holds all instance admins: an instance has few.
  const page = { limit: 200, after: null };
  const { items } = await tx.listUsers({ query: null, instanceAdmin: true, state: "active" }, page);
  return items.map(({ id: userId }) => ({
    userId,
    kind: "webhook.disabled",
    at,
    organizationId: null,
    token: null,
    details: { webhook: { host: target?.name ?? "", because: details["reason"] === "gone" ? "gone" : "failing" } },
  }));
}
