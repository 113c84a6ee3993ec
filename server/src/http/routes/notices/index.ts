import type { Operation } from "../../operation.ts";
import { dismissNotice } from "./dismiss-notice.ts";
import { getNoticePreferences } from "./get-notice-preferences.ts";
import { listNotices } from "./list-notices.ts";
import { readAllNotices } from "./read-all-notices.ts";
import { readNotice } from "./read-notice.ts";
import { setNoticePreferences } from "./set-notice-preferences.ts";

export const noticeOperations: readonly Operation[] = [
  listNotices,
  readAllNotices,
  readNotice,
  dismissNotice,
  getNoticePreferences,
  setNoticePreferences,
];
