// Whether what PostgreSQL has confirmed survives a crash: a revocation that was confirmed must not come undone.
import type { Pool } from "pg";
import { StoreUnavailable } from "../store.ts";
import { toStoreError } from "./errors.ts";

/**
 * A commit waits for the disk, and where there is a synchronous standby also until that one shows it: after a failover the
 * standby must not answer from before a change that was confirmed. `transaction` ends with the transaction.
 */
export function commitDurably(scope: "transaction" | "session"): string {
  return `select set_config('synchronous_commit',
    case current_setting('synchronous_standby_names') when '' then 'on' else 'remote_apply' end, ${scope === "transaction"}); `;
}

/** A role without rights on statistics sees that a standby is connected, but not whether it is synchronous. */
const READ = `select current_setting('fsync') as fsync,
  exists (select from pg_stat_replication where coalesce(sync_state, 'async') = 'async'
    and (sync_state is not null or current_setting('synchronous_standby_names') = '')) as "isBehind"`;

/**
 * Throws `StoreUnavailable` where the server does not wait for the disk. Returns a warning where a failover could lose
 * commits that were confirmed, and otherwise `null`.
 */
export async function checkDurability(pool: Pool): Promise<string | null> {
  try {
    const { rows } = await pool.query<{ fsync: string; isBehind: boolean }>(READ);
    const [row] = rows;
    if (row?.fsync !== "on") {
      throw new StoreUnavailable("fsync is off, so a crash could bring a revoked token back", {
        outage: "not_durable",
      });
    }
    if (!row.isBehind) return null;
    return "a standby of the database is asynchronous: a failover to it can lose the last changes, revocations among them";
  } catch (error) {
    throw toStoreError(error);
  }
}
