// The outbox: every email waits here, from the transaction of the change that causes it until the mail server has accepted
// it. One replica claims an email for a time and sends it; if that replica crashes, the claim runs out.
// Deliberately absent: texts, and links. An email is composed when it is sent, so a row holds no secret.
import type { EmailId, UserId } from "@mintmark/core";
import { type Expression, sql, type SqlBool } from "kysely";
import { nextTurn } from "../../bounded.ts";
import { isBeyond, pageOf, rowsToRead, type SqlContext } from "../context.ts";
import type { Page, PageRequest } from "../values.ts";
import type { EmailKind, EmailOutcome, EmailRow } from "./rows.ts";

/** The content of an email before it is composed: names and numbers, never a secret. */
type EmailDetails = Readonly<Record<string, unknown>>;

export interface NewEmail {
  readonly id: EmailId;
  readonly kind: EmailKind;
  /** An address. For a notice it is the user's id: the email goes to the address that they have when it is sent. */
  readonly recipient: string;
  /** The account that it is about; `null` when there is none, or none that is known yet. */
  readonly userId: UserId | null;
  /** The invitation or notice that it is about; of a reset the key of the address. */
  readonly about: string | null;
  readonly details: EmailDetails;
  readonly createdAt: number;
  /** After this instant it is not tried again. */
  readonly giveUpAt: number;
}

/** An email that only the caller may send, until the claim runs out. */
export interface ClaimedEmail extends NewEmail {
  /** How often it was claimed, including this time. */
  readonly attempts: number;
  /** How often its outcome stayed unknown. */
  readonly unknownOutcomes: number;
  /** Whether it was composed before, for an earlier attempt. */
  readonly wasComposed: boolean;
}

/** An email that the mail server has not accepted, and why. */
export interface FailedEmail {
  readonly id: EmailId;
  readonly kind: EmailKind;
  /** The address, or `null` when the account was deleted. */
  readonly recipient: string | null;
  readonly error: string;
  readonly at: number;
  readonly attempts: number;
  /** When it is tried again; `null` when it is not. */
  readonly nextAttemptAt: number | null;
}

/** A claim on an email. A function that takes one changes nothing if the claim ran out and another replica has the email. */
type Claimed = Pick<ClaimedEmail, "id" | "attempts">;

export interface WaitingEmails {
  readonly kind: EmailKind;
  readonly count: number;
  /** When the oldest of them was written. */
  readonly since: number;
}

// The rows of one statement: few enough for the limits on parameters of both engines.
const ROWS_AT_ONCE = 200;

/** How far the email about something has come. */
export type Delivery = "queued" | "sent" | "refused";

export const emailReads = { nextEmailDueAt, countWaitingEmails, listFailedEmails, findEmailDeliveries, findTestEmail };

export const emailWrites = {
  insertEmails,
  claimEmails,
  markEmailComposed,
  finishEmail,
  delayEmail,
  dropEmail,
  replaceEmails,
  forgetEmails,
};

/** Inserts emails that are due at once. */
async function insertEmails({ db }: SqlContext, emails: readonly NewEmail[]): Promise<void> {
  for (let start = 0; start < emails.length; start += ROWS_AT_ONCE) {
    if (start > 0) await nextTurn();
    const rows = emails.slice(start, start + ROWS_AT_ONCE).map(toRow);
    await db.insertInto("emails").values(rows).execute();
  }
}

/** When the next email is due; `null` when none waits. Uses emails_due. */
async function nextEmailDueAt({ db }: SqlContext): Promise<number | null> {
  const row = await db
    .selectFrom("emails")
    .select("due_at")
    .where("due_at", "is not", null)
    .orderBy("due_at")
    .limit(1)
    .executeTakeFirst();
  return row?.due_at ?? null;
}

/** A notice can wait; a reset or a warning cannot. In the words of the index emails_urgent, which then serves it. */
const IS_URGENT = sql<SqlBool>`kind <> 'notice'`;
const IS_NOTICE = sql<SqlBool>`kind = 'notice'`;

/**
 * Claims up to `most` emails that are due, notices last and up to `mostNotices` of them; of both the longest due first.
 * At most one for each recipient, and none for the recipients in `busy`. Nobody else gets them before the instant
 * `until`. Uses emails_urgent and emails_due. Skips rows that another replica is claiming.
 */
async function claimEmails(
  context: SqlContext,
  claim: {
    readonly now: number;
    readonly until: number;
    readonly most: number;
    readonly mostNotices: number;
    readonly busy: readonly string[];
  },
): Promise<readonly ClaimedEmail[]> {
  const urgent = await claimOf(context, IS_URGENT, claim);
  const most = Math.min(claim.most - urgent.length, claim.mostNotices);
  const busy = [...claim.busy, ...urgent.map(({ recipient }) => recipient)];
  return [...urgent, ...(await claimOf(context, IS_NOTICE, { ...claim, most, busy }))];
}

async function claimOf(
  { db, locksRows }: SqlContext,
  which: Expression<SqlBool>,
  { now, until, most, busy }: Omit<Parameters<typeof claimEmails>[1], "mostNotices">,
): Promise<readonly ClaimedEmail[]> {
  const claimed: ClaimedEmail[] = [];
  const passed = [...busy];
  while (claimed.length < most) {
    let due = db
      .selectFrom("emails")
      .select(["id", "recipient"])
      .where("due_at", "<=", now)
      .where(which)
      .orderBy("due_at")
      .limit(1);
    if (passed.length > 0) due = due.where("recipient", "not in", passed);
    if (locksRows) due = due.forNoKeyUpdate().skipLocked();
    const found = await due.executeTakeFirst();
    if (found === undefined) break;
    passed.push(found.recipient);
    const row = await db
      .updateTable("emails")
      .set({ due_at: until, attempts: sql`attempts + 1` })
      .where("id", "=", found.id)
      .returningAll()
      .executeTakeFirstOrThrow();
    claimed.push(toClaimed(row));
  }
  return claimed;
}

/** Returns whether the claim still holds. Remembers the user, once the composer knows one. Uses the primary key. */
async function markEmailComposed(
  { db }: SqlContext,
  { id, attempts }: Claimed,
  at: number,
  userId: UserId | null,
): Promise<boolean> {
  const { numUpdatedRows } = await db
    .updateTable("emails")
    .set({ composed_at: sql`coalesce(composed_at, ${at})`, user_id: sql`coalesce(user_id, ${userId})` })
    .where("id", "=", id)
    .where("attempts", "=", attempts)
    .where("due_at", "is not", null)
    .executeTakeFirst();
  return numUpdatedRows > 0n;
}

/** Ends an email. Without an error it leaves the list of failures. Returns whether the claim still held. Uses the primary key. */
async function finishEmail(
  { db }: SqlContext,
  { id, attempts }: Claimed,
  end: { readonly at: number; readonly outcome: EmailOutcome; readonly error: string | null },
): Promise<boolean> {
  const { numUpdatedRows } = await db
    .updateTable("emails")
    .set({
      due_at: null,
      finished_at: end.at,
      outcome: end.outcome,
      last_error: end.error,
      last_failed_at: end.error === null ? null : end.at,
    })
    .where("id", "=", id)
    .where("attempts", "=", attempts)
    .where("due_at", "is not", null)
    .executeTakeFirst();
  return numUpdatedRows > 0n;
}

/**
 * Gives a claimed email back, to be tried at `dueAt`. Without a failure the claim does not count as an attempt. Uses
 * the primary key.
 */
async function delayEmail(
  { db }: SqlContext,
  { id, attempts }: Claimed,
  dueAt: number,
  failure: { readonly at: number; readonly error: string; readonly isUnknown: boolean } | null,
): Promise<void> {
  const changed =
    failure === null
      ? { attempts: attempts - 1 }
      : {
          last_error: failure.error,
          last_failed_at: failure.at,
          ...(failure.isUnknown ? { unknown_outcomes: sql<number>`unknown_outcomes + 1` } : {}),
        };
  await db
    .updateTable("emails")
    .set({ due_at: dueAt, ...changed })
    .where("id", "=", id)
    .where("attempts", "=", attempts)
    .where("due_at", "is not", null)
    .execute();
}

/** Deletes an email that is no longer true. Uses the primary key. */
async function dropEmail({ db }: SqlContext, { id, attempts }: Claimed): Promise<void> {
  await db.deleteFrom("emails").where("id", "=", id).where("attempts", "=", attempts).execute();
}

/** Ends what still waits about this invitation, because a newer email replaces it. Uses emails_about. */
async function replaceEmails({ db }: SqlContext, about: string, at: number): Promise<void> {
  await db
    .updateTable("emails")
    .set({ due_at: null, finished_at: at, outcome: "replaced", last_error: null, last_failed_at: null })
    .where("about", "=", about)
    .where("due_at", "is not", null)
    .execute();
}

/**
 * Deletes up to `limit` emails that ended before `before`, and before `failedBefore` when they failed. Returns how many.
 * Uses emails_finished.
 */
async function forgetEmails(
  { db }: SqlContext,
  { before, failedBefore, limit }: { readonly before: number; readonly failedBefore: number; readonly limit: number },
): Promise<number> {
  const old = db
    .selectFrom("emails")
    .select("id")
    .where("finished_at", "<", before)
    .where((where) => where.or([where("last_failed_at", "is", null), where("finished_at", "<", failedBefore)]))
    .orderBy("finished_at")
    .limit(limit);
  const { numDeletedRows } = await db.deleteFrom("emails").where("id", "in", old).executeTakeFirst();
  return Number(numDeletedRows);
}

/** The emails that wait, by kind. Reads emails_due. */
async function countWaitingEmails({ db }: SqlContext): Promise<readonly WaitingEmails[]> {
  return db
    .selectFrom("emails")
    .select(["kind", sql<number>`count(*)`.as("count"), sql<number>`min(created_at)`.as("since")])
    .where("due_at", "is not", null)
    .groupBy("kind")
    .orderBy("kind")
    .execute();
}

/** Emails whose last attempt failed, the latest failure first. Reads in the order of emails_failed. */
async function listFailedEmails({ db }: SqlContext, page: PageRequest): Promise<Page<FailedEmail>> {
  const rows = await db
    .selectFrom("emails as eml")
    .leftJoin("users as usr", "usr.id", "eml.user_id")
    .selectAll("eml")
    .select("usr.email as user_email")
    .where("eml.last_failed_at", "is not", null)
    .where(isBeyond(page.after, "eml.last_failed_at", "eml.id"))
    .orderBy("eml.last_failed_at", "desc")
    .orderBy("eml.id", "desc")
    .limit(rowsToRead(page))
    .execute();
  return pageOf(rows, page, toFailed, ({ at, id }) => ({ at, id }));
}

/** How far the latest email about each of these has come; nothing for those without one. Uses emails_about. */
async function findEmailDeliveries(
  { db }: SqlContext,
  about: readonly string[],
): Promise<ReadonlyMap<string, Delivery>> {
  if (about.length === 0) return new Map();
  const ranked = db
    .selectFrom("emails")
    .select([
      "about",
      "outcome",
      sql<number>`row_number() over (partition by about order by created_at desc, id desc)`.as("nth"),
    ])
    .where("about", "in", about);
  const rows = await db.selectFrom(ranked.as("ranked")).selectAll().where("nth", "=", 1).execute();
  return new Map(rows.map((row) => [row.about as string, deliveryOf(row.outcome)]));
}

/** How far a test email has come, or `null` when no test email has this id. Uses the primary key. */
async function findTestEmail(
  { db }: SqlContext,
  id: EmailId,
): Promise<{ readonly delivery: Delivery; readonly cause: string | null } | null> {
  const row = await db
    .selectFrom("emails")
    .select(["outcome", "last_error"])
    .where("id", "=", id)
    .where("kind", "=", "test")
    .executeTakeFirst();
  return row === undefined ? null : { delivery: deliveryOf(row.outcome), cause: row.last_error };
}

function toRow(email: NewEmail) {
  return {
    id: email.id,
    kind: email.kind,
    recipient: email.recipient,
    user_id: email.userId,
    about: email.about,
    details: JSON.stringify(email.details),
    created_at: email.createdAt,
    give_up_at: email.giveUpAt,
    due_at: email.createdAt,
  };
}

function deliveryOf(outcome: EmailOutcome | null): Delivery {
  if (outcome === null) return "queued";
  return outcome === "sent" ? "sent" : "refused";
}

function toClaimed(row: EmailRowRead): ClaimedEmail {
  return {
    id: row.id,
    kind: row.kind,
    recipient: row.recipient,
    userId: row.user_id,
    about: row.about,
    details: JSON.parse(row.details) as EmailDetails,
    createdAt: row.created_at,
    giveUpAt: row.give_up_at,
    attempts: row.attempts,
    unknownOutcomes: row.unknown_outcomes,
    wasComposed: row.composed_at !== null,
  };
}

type EmailRowRead = {
  [Column in keyof EmailRow]: Column extends "attempts" | "unknown_outcomes" ? number : EmailRow[Column];
};

function toFailed(row: EmailRowRead & { readonly user_email: string | null }): FailedEmail {
  return {
    id: row.id,
    kind: row.kind,
    recipient: row.recipient.includes("@") ? row.recipient : row.user_email || null,
    error: row.last_error ?? "",
    at: row.last_failed_at ?? 0,
    attempts: row.attempts,
    nextAttemptAt: row.due_at,
  };
}
