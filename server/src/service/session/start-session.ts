import type { OrganizationId, Secret } from "@mintmark/core";
import { newId, newLinkSecret } from "../../secrets/generate.ts";
import { hashSecret } from "../../secrets/hash.ts";
import type { Transaction, UserRecord } from "../../store/store.ts";
import type { RequestOrigin, SessionActor } from "../actor.ts";
import { eventBy } from "../audit-event.ts";
import { SESSION_MS } from "./find-session.ts";

/** What signing in, signing up and setting up answer: who is signed in now, and the cookie that proves it. */
export interface SignedIn {
  readonly actor: SessionActor;
  readonly cookie: Secret;
}

export interface SessionStart {
  readonly user: UserRecord;
  /** The organization the session begins in. */
  readonly organizationId: OrganizationId;
  readonly method: "password" | "sign_up" | "setup";
  readonly origin: RequestOrigin;
  readonly at: number;
}

/** Inserts a session and its audit event, in the caller's transaction. The password was given just now. */
export async function startSession(
  tx: Transaction,
  { user, organizationId, method, origin, at }: SessionStart,
): Promise<SignedIn> {
  const cookie = newLinkSecret();
  const session = {
    id: newId("session"),
    organizationId,
    authenticatedAt: at,
    expiresAt: at + SESSION_MS,
  };
  await tx.insertSession({
    ...session,
    hash: hashSecret(cookie),
    userId: user.id,
    createdAt: at,
    ip: origin.ip,
    userAgent: origin.userAgent,
  });
  const actor: SessionActor = { kind: "session", user, session, origin };
  await tx.insertAuditEvents([
    eventBy(actor, {
      at,
      organizationId: null,
      action: "session.created",
      target: { kind: "session", id: session.id, name: "Browser session" },
      details: { method },
    }),
  ]);
  return { actor, cookie };
}
