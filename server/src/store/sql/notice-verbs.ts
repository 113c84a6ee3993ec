import type { NoticeReads, NoticeWrites } from "../notice-port.ts";
import {
  findCalendarFeed,
  findCalendarFeedByHash,
  insertCalendarFeed,
  listEndsOfApiKeys,
  listEndsOfTokens,
  revokeCalendarFeed,
  touchCalendarFeed,
} from "./calendar-feeds.ts";
import type { SqlContext } from "./context.ts";
import { lockDueExpiryNotices, setExpiryNoticesAt } from "./expiry-notices.ts";
import { claimLetter, delayLetter, recordMailed } from "./notice-letters.ts";
import {
  countUnreadNotices,
  dismissNotice,
  findTokenOwners,
  forgetNotices,
  insertNotices,
  listMembersInOrder,
  listNoticeMutes,
  listNotices,
  markNoticeRead,
  markNoticesRead,
  setNoticeMutes,
} from "./notices.ts";

export function noticeReads(context: SqlContext): NoticeReads {
  return {
    listNotices: (userId, filter, page) => listNotices(context, userId, filter, page),
    countUnreadNotices: (userId, limit) => countUnreadNotices(context, userId, limit),
    listNoticeMutes: (userId) => listNoticeMutes(context, userId),
    findTokenOwners: (ids) => findTokenOwners(context, ids),
    listMembersInOrder: (organizationId, page) => listMembersInOrder(context, organizationId, page),
    findCalendarFeed: (userId) => findCalendarFeed(context, userId),
    findCalendarFeedByHash: (hash) => findCalendarFeedByHash(context, hash),
    listEndsOfTokens: (userId, now, limit) => listEndsOfTokens(context, userId, now, limit),
    listEndsOfApiKeys: (organizationIds, now, limit) => listEndsOfApiKeys(context, organizationIds, now, limit),
  };
}

export function noticeWrites(context: SqlContext): NoticeWrites {
  return {
    insertNotices: (notices) => insertNotices(context, notices),
    markNoticeRead: (userId, id, at) => markNoticeRead(context, userId, id, at),
    markNoticesRead: (userId, at) => markNoticesRead(context, userId, at),
    dismissNotice: (userId, id, at) => dismissNotice(context, userId, id, at),
    setNoticeMutes: (userId, kinds, at) => setNoticeMutes(context, userId, kinds, at),
    forgetNotices: (before, limit) => forgetNotices(context, before, limit),
    lockDueExpiryNotices: (now, limit) => lockDueExpiryNotices(context, now, limit),
    setExpiryNoticesAt: (next) => setExpiryNoticesAt(context, next),
    claimLetter: (now) => claimLetter(context, now),
    recordMailed: (id, at) => recordMailed(context, id, at),
    delayLetter: (id, dueAt) => delayLetter(context, id, dueAt),
    insertCalendarFeed: (feed) => insertCalendarFeed(context, feed),
    revokeCalendarFeed: (userId, at) => revokeCalendarFeed(context, userId, at),
    touchCalendarFeed: (id, at) => touchCalendarFeed(context, id, at),
  };
}
