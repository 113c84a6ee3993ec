import type { SessionId } from "@mintmark/core";
import type { AuditEventRecord } from "../../store/store.ts";
import type { SessionActor } from "../actor.ts";
import { eventBy } from "../audit-event.ts";

/** Why a session ended, as the audit log says it. */
export type SessionEnd =
  | "signed_out"
  | "ended_by_user"
  | "ended_by_admin"
  | "password_changed"
  | "user_suspended"
  /** The person signed in with another browser and had as many sessions as one can have. */
  | "too_many_sessions";

/** The audit event of one session's end. */
export function sessionEnded(actor: SessionActor, id: SessionId, reason: SessionEnd, at: number): AuditEventRecord {
  return eventBy(actor, {
    at,
    organizationId: null,
    action: "session.ended",
    target: { kind: "session", id, name: "Browser session" },
    details: { reason },
  });
}
