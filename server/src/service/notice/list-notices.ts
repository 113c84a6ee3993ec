import type { NoticeFilter, NoticeRecord, Page, PageRequest } from "../../store/store.ts";
import type { SessionActor } from "../actor.ts";
import type { Deps } from "../deps.ts";

/** Unread notices are counted this far: more than that is "many". */
const UNREAD_COUNTED = 100;

export interface NoticePage extends Page<NoticeRecord> {
  /** Of all that were not dismissed, whatever the filter; 100 stands for 100 or more. */
  readonly unread: number;
}

/** The caller's notices, newest first, without the dismissed ones. */
export async function listNotices(
  deps: Pick<Deps, "store">,
  actor: SessionActor,
  filter: NoticeFilter,
  page: PageRequest,
): Promise<NoticePage> {
  const { reads } = deps.store;
  const [found, unread] = await Promise.all([
    reads.listNotices(actor.user.id, filter, page),
    reads.countUnreadNotices(actor.user.id, UNREAD_COUNTED),
  ]);
  return { ...found, unread };
}
