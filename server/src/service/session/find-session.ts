import { DAY_MS } from "@mintmark/core";
import { hashSecret } from "../../secrets/hash.ts";
import { StorageFull } from "../../store/store.ts";
import type { RequestOrigin, SessionActor } from "../actor.ts";
import type { Deps } from "../deps.ts";

/** How long a session lasts from sign-in. */
export const SESSION_MS = 30 * DAY_MS;
/** A session unused for longer than this is over. */
export const SESSION_IDLE_MS = 14 * DAY_MS;
/** How often at most "last seen" is written. */
const TOUCH_MS = 60_000;

/**
 * The actor of a session cookie, or `null` when the session has ended, run out, or its user is suspended
 * or deleted. Judged by committed truth at every request: ending a session ends it at once.
 */
export async function findSessionActor(
  deps: Pick<Deps, "store" | "clock">,
  cookie: string,
  origin: RequestOrigin,
): Promise<SessionActor | null> {
  const found = await deps.store.reads.findSession(hashSecret(cookie));
  if (found === null) return null;
  const { session, user } = found;
  const now = deps.clock();
  if (session.expiresAt <= now || session.lastSeenAt + SESSION_IDLE_MS <= now) return null;
  if (user.suspendedAt !== null || user.deletedAt !== null) return null;
  if (now - session.lastSeenAt >= TOUCH_MS) {
    const seen = { at: now, ip: origin.ip, userAgent: origin.userAgent };
    await deps.store.transaction((tx) => tx.touchSession(session.id, seen)).catch(unlessFull);
  }
  return {
    kind: "session",
    user,
    session: {
      id: session.id,
      organizationId: session.organizationId,
      authenticatedAt: session.authenticatedAt,
      expiresAt: session.expiresAt,
    },
    origin,
  };
}

/** Whoever comes to revoke something gets in on a full disk too; the session only counts as unused for longer. */
function unlessFull(error: unknown): void {
  if (!(error instanceof StorageFull)) throw error;
}
