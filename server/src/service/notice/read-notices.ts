import type { NoticeId } from "@mintmark/core";
import type { SessionActor } from "../actor.ts";
import type { Deps } from "../deps.ts";
import { notFound } from "../refusal.ts";

type ReadDeps = Pick<Deps, "store" | "clock">;

/** Marks one of the caller's notices as read; another person's is `not_found`. Repeating it changes nothing. */
export async function readNotice(deps: ReadDeps, actor: SessionActor, id: NoticeId): Promise<void> {
  const found = await deps.store.transaction((tx) => tx.markNoticeRead(actor.user.id, id, deps.clock()));
  if (!found) throw notFound();
}

/** Marks all of the caller's notices as read, and answers how many were not. What comes meanwhile stays unread. */
export function readAllNotices(deps: ReadDeps, actor: Pick<SessionActor, "user">): Promise<number> {
  return deps.store.transaction((tx) => tx.markNoticesRead(actor.user.id, deps.clock()));
}

/** Takes one of the caller's notices out of their list for good. What it told of stays in the audit log. */
export async function dismissNotice(deps: ReadDeps, actor: SessionActor, id: NoticeId): Promise<void> {
  const found = await deps.store.transaction((tx) => tx.dismissNotice(actor.user.id, id, deps.clock()));
  if (!found) throw notFound();
}
