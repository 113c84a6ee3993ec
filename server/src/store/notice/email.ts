// The emails of notices. A notice's email is taken by one replica, which sends it.
import type { NoticeId } from "@mintmark/core";
import { sql } from "kysely";
import { toUser, type UserRecord } from "../account/user.ts";
import type { SqlContext } from "../bind.ts";
import { type NoticeRecord, selectNotices, toNotice } from "./notice.ts";

/** A notice whose letter this caller alone may send now. */
export interface ClaimedLetter {
  readonly notice: NoticeRecord;
  readonly user: UserRecord;
  /** Whether the user turned mail of this kind off. */
  readonly isMuted: boolean;
  /** How often it was taken up, this time included. */
  readonly attempts: number;
}

export const noticeEmailWrites = { claimLetter, recordMailed, delayLetter };

/**
 * Takes one letter that is due: nobody else gets it, unless it is given back by `delayLetter`. The one that has been
 * due for longest, by notices_mail_due. Rows that another replica is taking are skipped, and a row that was taken is
 * due no more.
 */
async function claimLetter({ db, locksRows }: SqlContext, now: number): Promise<ClaimedLetter | null> {
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

/** By primary key. */
async function recordMailed({ db }: SqlContext, id: NoticeId, at: number): Promise<void> {
  await db.updateTable("notices").set({ mailed_at: at }).where("id", "=", id).execute();
}

/** By primary key. */
async function delayLetter({ db }: SqlContext, id: NoticeId, dueAt: number): Promise<void> {
  await db
    .updateTable("notices")
    .set({ mail_due_at: dueAt })
    .where("id", "=", id)
    .where("mailed_at", "is", null)
    .execute();
}
