// The follow-ups of changes that end many things at once. The change itself is one row: of an organization, a user or a
// membership. Verification reads that row, so the tokens' authority is over with the commit. The same transaction
// writes the follow-up, which lists what is still to be written: tombstones, events, notices. Any replica completes it
// in small steps; each step is a transaction that also stores its progress.
import type { RevokedReason } from "@mintmark/core";
import type { SqlContext } from "../context.ts";
import type { ActorRef } from "../values.ts";
import type { Ended } from "./ending.ts";

export interface FollowUp {
  /** The id of the ended row, or of the event of the change whose notices are pending or whose addresses are kept. */
  readonly subject: string;
  readonly kind: Ended["kind"] | "policy" | "addresses";
  /** When the change was made. */
  readonly at: number;
  readonly by: ActorRef;
  /** Why tokens ended; `null` if none did. */
  readonly reason: RevokedReason | null;
  /** The data for its events and notices. Never a secret, never a hash. */
  readonly details: Readonly<Record<string, unknown>>;
  /** The progress so far; `null` before the first step. */
  readonly progress: Readonly<Record<string, unknown>> | null;
}

export const followUpWrites = { insertFollowUp, claimFollowUp, saveFollowUp, finishFollowUp };

/** The key of the follow-up of an end. */
export function subjectOf(ended: Ended): string {
  return ended.kind === "generation" ? `${ended.id}/${ended.generation}` : ended.id;
}

/** The inverse; `null` when the follow-up does not belong to an end. */
export function endedOf({ kind, subject }: Pick<FollowUp, "kind" | "subject">): Ended | null {
  if (kind === "policy" || kind === "addresses") return null;
  const [id, generation] = subject.split("/");
  return (kind === "generation" ? { kind, id, generation: Number(generation) } : { kind, id }) as Ended;
}

/** Whether any follow-up is pending. The table is empty most of the time. */
export async function hasFollowUps({ db }: SqlContext): Promise<boolean> {
  return (await db.selectFrom("follow_ups").select("subject").limit(1).executeTakeFirst()) !== undefined;
}

async function insertFollowUp({ db }: SqlContext, followUp: FollowUp): Promise<void> {
  const { subject, kind, at, reason, by, details, progress } = followUp;
  await db
    .insertInto("follow_ups")
    .values({
      subject,
      kind,
      at,
      reason,
      actor_kind: by.kind,
      actor_id: by.id,
      actor_name: by.name,
      details: JSON.stringify(details),
      progress: progress === null ? null : JSON.stringify(progress),
    })
    .execute();
}

/**
 * The oldest follow-up that no other replica is working on and that is not among `except`, locked; `null` when there is
 * none. There are few, so they are sorted. The row stays locked until the transaction ends; it is the first lock of the
 * transaction.
 */
async function claimFollowUp({ db, locksRows }: SqlContext, except: readonly string[]): Promise<FollowUp | null> {
  let query = db.selectFrom("follow_ups").selectAll().orderBy("at").orderBy("subject").limit(1);
  if (except.length > 0) query = query.where("subject", "not in", except);
  if (locksRows) query = query.forUpdate().skipLocked();
  const row = await query.executeTakeFirst();
  if (row === undefined) return null;
  return {
    subject: row.subject,
    kind: row.kind,
    at: row.at,
    reason: row.reason,
    by: { kind: row.actor_kind, id: row.actor_id, name: row.actor_name },
    details: JSON.parse(row.details) as FollowUp["details"],
    progress: row.progress === null ? null : (JSON.parse(row.progress) as FollowUp["progress"]),
  };
}

/** Uses the primary key. */
async function saveFollowUp(
  { db }: SqlContext,
  subject: string,
  progress: NonNullable<FollowUp["progress"]>,
): Promise<void> {
  await db
    .updateTable("follow_ups")
    .set({ progress: JSON.stringify(progress) })
    .where("subject", "=", subject)
    .execute();
}

/** Uses the primary key. */
async function finishFollowUp({ db }: SqlContext, subject: string): Promise<void> {
  await db.deleteFrom("follow_ups").where("subject", "=", subject).execute();
}
