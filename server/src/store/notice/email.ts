// The parts of a notice's email, read when it is sent.
import type { NoticeId } from "@mintmark/core";
import { toUser, type UserRecord } from "../account/user.ts";
import type { SqlContext } from "../context.ts";
import { type NoticeRecord, selectNotices, toNotice } from "./notice.ts";

export interface NoticeToMail {
  readonly notice: NoticeRecord;
  readonly user: UserRecord;
  /** Whether the user turned off emails of this kind. */
  readonly isMuted: boolean;
}

export const noticeEmailReads = { findNoticeToMail };

/** Uses the primary keys. */
async function findNoticeToMail({ db }: SqlContext, id: NoticeId): Promise<NoticeToMail | null> {
  const row = await selectNotices(db).where("ntc.id", "=", id).executeTakeFirst();
  if (row === undefined) return null;
  const user = await db.selectFrom("users").selectAll().where("id", "=", row.user_id).executeTakeFirstOrThrow();
  const mute = await db
    .selectFrom("notice_mutes")
    .select("muted_at")
    .where("user_id", "=", row.user_id)
    .where("kind", "=", row.kind)
    .executeTakeFirst();
  return { notice: toNotice(row), user: toUser(user), isMuted: mute !== undefined };
}
