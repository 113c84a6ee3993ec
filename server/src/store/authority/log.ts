// The authority log. A transaction that touched a fact which verification reads appends the keys as its last statement:
// the row of the clock stays locked until the commit, so the order of the numbers is the order in which changes become
// visible, and who sees a number sees every one before it. A transaction that touched nothing sends no statement.
// Rule: an entry is durable before it is visible. After a crash the clock would otherwise go back, and a process that has
// applied the lost entry would take the next one of the same number for it.
import { sql } from "kysely";
import { newNonce } from "../../secrets/generate.ts";
import { jsonRows, type SqlContext } from "../context.ts";
import type { PendingConfirmation } from "./change.ts";
import type { LogEntry, LogPage, Position } from "./database.ts";

/** Entries in one page. A process that is further behind is as quick to begin again. */
export const ENTRIES_OF_PAGE = 10_000;

/**
 * Whether the log goes on from the position: `held`; `lost` where entries in between were deleted; `rolled back` where
 * this is another history, because the database went back in time.
 */
export function continuityOf(
  applied: Position,
  { last, nonceThere, entries }: LogPage,
): "held" | "lost" | "rolled back" {
  if (last.seq < applied.seq) return "rolled back";
  if (nonceThere === null) return "lost";
  if (nonceThere !== applied.nonce) return "rolled back";
  const isWhole = entries.every(({ seq }, index) => seq === applied.seq + 1 + index);
  return isWhole && (entries.length > 0 || last.seq === applied.seq) ? "held" : "lost";
}

/**
 * The page of rows that were read from a position on. They begin with the entry at that position, unless it was deleted.
 * The first position of all has none.
 */
export function pageOf(applied: Position, last: Position, rows: readonly LogEntry[]): LogPage {
  const [first] = rows;
  const isThere = first?.seq === applied.seq;
  const nonceThere = applied.seq === 0 ? "" : isThere ? first.nonce : null;
  return { last, nonceThere, entries: isThere ? rows.slice(1) : rows };
}

const COLUMNS = ["bigint", "text", "text", "text", "bigint"] as const;

/**
 * Appends what the transaction touched, at the time `at`, and tells the change its number. Nothing may follow but the
 * commit. Where nothing was touched, the change gets the last number. Throws for a transaction whose commit would not be
 * durable. Locks the row of authority_clock.
 */
export async function appendChange(
  { db, change }: SqlContext,
  { at, isDurable }: { readonly at: number; readonly isDurable: boolean },
): Promise<void> {
  const { keys } = change;
  if (keys.length === 0) {
    const clock = await db.selectFrom("authority_clock").select("seq").executeTakeFirstOrThrow();
    change.seq = clock.seq;
    return;
  }
  if (!isDurable) throw new Error("a transaction that changes authority must be durable");
  const nonce = newNonce();
  const { seq } = await db
    .updateTable("authority_clock")
    .set({ seq: sql<number>`seq + ${keys.length}`, nonce })
    .where("id", "=", 1)
    .returning("seq")
    .executeTakeFirstOrThrow();
  const first = seq - keys.length + 1;
  const rows = keys.map(({ kind, key }, index) => [first + index, nonce, kind, key, at] as const);
  await db
    .insertInto("authority_log")
    .columns(["seq", "nonce", "kind", "key", "at"])
    .expression(sql`${jsonRows(COLUMNS, rows)}`)
    .execute();
  change.seq = seq;
}

/**
 * Deletes up to `limit` entries from before the instant that every live replica has applied, and never the last one, by
 * which a process that reads on knows the history. Returns how many. Reads the beginning of the primary key.
 */
async function pruneAuthorityLog({ db }: SqlContext, before: number, limit: number): Promise<number> {
  const { numDeletedRows } = await db
    .deleteFrom("authority_log")
    .where("at", "<", before)
    .where("seq", "<", sql<number>`(select min(seq) + ${limit} from authority_log)`)
    .where("seq", "<", sql<number>`(select seq from authority_clock)`)
    .where(
      "seq",
      "<",
      sql<number>`coalesce((select min(applied) from replicas where state = 'live'),
      (select seq from authority_clock))`,
    )
    .executeTakeFirstOrThrow();
  return Number(numDeletedRows);
}

/**
 * The confirmation of this transaction, for its receipt. A transaction that changes nothing, such as a repeated revoke, then
 * waits for the change that it found.
 */
async function confirmation({ change }: SqlContext): Promise<PendingConfirmation> {
  change.isConfirmationDue = true;
  return change;
}

export const authorityWrites = { confirmation, pruneAuthorityLog };
