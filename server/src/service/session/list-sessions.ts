import type { OrganizationId, UserId } from "@mintmark/core";
import type { Page, PageRequest, Reads, SessionRecord } from "../../store/store.ts";
import type { SessionActor } from "../actor.ts";
import type { Deps } from "../deps.ts";
import { SESSION_IDLE_MS } from "./find-session.ts";

export interface ListedSession {
  readonly session: SessionRecord;
  /** Whether it is the session that asks. */
  readonly current: boolean;
  readonly organization: { readonly id: OrganizationId; readonly name: string };
}

/** The browsers the caller is signed in with, newest first. */
export async function listSessions(
  deps: Pick<Deps, "store" | "clock">,
  actor: SessionActor,
  page: PageRequest,
): Promise<Page<ListedSession>> {
  const { reads } = deps.store;
  const now = deps.clock();
  const { items, next } = await reads.pageSessions(actor.user.id, { now, seenAfter: now - SESSION_IDLE_MS }, page);
  const names = new Map<OrganizationId, string>();
  for (const { organizationId } of items) {
    if (names.has(organizationId)) continue;
    const own = await reads.findOrganizationOfUser(actor.user.id, organizationId);
    names.set(organizationId, own?.organization.name ?? "");
  }
  const listed = items.map((session) => ({
    session,
    current: session.id === actor.session.id,
    organization: { id: session.organizationId, name: names.get(session.organizationId) ?? "" },
  }));
  return { items: listed, next };
}

/** The user's sessions that still let someone in: not ended, not expired, not unused for too long. */
export async function listUsableSessions(reads: Reads, userId: UserId, now: number): Promise<readonly SessionRecord[]> {
  const sessions = await reads.listSessions(userId, now);
  return sessions.filter(({ lastSeenAt }) => lastSeenAt + SESSION_IDLE_MS > now);
}
