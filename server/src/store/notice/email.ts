// The emails of notices. One replica claims an email and sends it.
import type { NoticeId } from "@mintmark/core";
import { sql } from "kysely";
import { toUser, type UserRecord } from "../account/user.ts";
import type { SqlContext } from "../context.ts";
import { type NoticeRecord, selectNotices, toNotice } from "./notice.ts";

/** A notice whose email only the caller may send now. */
export interface ClaimedEmail {
  readonly notice: NoticeRecord;
  readonly user: UserRecord;
  /** Whether the user turned off emails of this kind. */
  readonly isMuted: boolean;
  /** How often its email was claimed, including this time. */
  readonly attempts: number;
}

export const noticeEmailWrites = { claimNoticeEmail, recordNoticeEmailed, delayNoticeEmail };

/**
 * Claims one email that is due. Nobody else gets it, unless `delayNoticeEmail` gives it back. Takes the one that has been
 * due longest, by notices_mail_due. Skips rows that another replica is claiming; a claimed row is no longer due.
 */
async function claimNoticeEmail({ db, locksRows }: SqlContext, now: number): Promise<ClaimedEmail | null> {
  let due = db.selectFrom("notices").select("id").where("mail_due_at", "<=", now).orderBy("mail_due_at").limit(1);
  if (locksRows) due = due.forNoKeyUpdate().skipLocked();
  const found = await due.executeTakeFirst();
  if (found === undefined) return null;
  await db
    .updateTable("notices")
    .set({ mail_due_at: null, mail_attempts: sql`mail_attempts + 1` })
    .where("id", "=", found.id)
    .execute();
  const row = await selectNotices(db).where("ntc.id", "=", found.id).executeTakeFirstOrThrow();
  const user = await db.selectFrom("users").selectAll().where("id", "=", row.user_id).executeTakeFirstOrThrow();
  const mute = await db
    .selectFrom("notice_mutes")
    .select("muted_at")
    .where("user_id", "=", row.user_id)
    .where("kind", "=", row.kind)
    .executeTakeFirst();
  return { notice: toNotice(row), user: toUser(user), isMuted: mute !== undefined, attempts: row.mail_attempts };
}

/** Uses the primary key. */
async function recordNoticeEmailed({ db }: SqlContext, id: NoticeId, at: number): Promise<void> {
  await db.updateTable("notices").set({ mailed_at: at }).where("id", "=", id).execute();
}

/** Uses the primary key. */
async function delayNoticeEmail({ db }: SqlContext, id: NoticeId, dueAt: number): Promise<void> {
  await db
    .updateTable("notices")
    .set({ mail_due_at: dueAt })
    .where("id", "=", id)
    .where("mailed_at", "is", null)
    .execute();
}
