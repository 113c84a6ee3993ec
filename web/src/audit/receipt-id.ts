import type { AuditEvent } from "../api/types.ts";

const OFFBOARDINGS: ReadonlySet<string> = new Set(["member.removed", "member.left", "member.suspended"]);

/** The event whose receipt tells of this one: itself, or the one that caused it; `null` when it is of no offboarding. */
export function receiptIdOf({ id, action, details }: Pick<AuditEvent, "id" | "action" | "details">): string | null {
  if (OFFBOARDINGS.has(action)) return id;
  const { because } = details;
  return typeof because === "string" ? because : null;
}
