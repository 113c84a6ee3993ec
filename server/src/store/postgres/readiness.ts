// Checks readiness by the paths that requests use: verification's prepared lookup on its separate connections, and a
// session that stays the same from statement to statement.
import { randomBytes, randomUUID } from "node:crypto";
import type { Pool, PoolClient } from "pg";
import { type Outage, StoreUnavailable } from "../store.ts";
import { toStoreError } from "./errors.ts";
import { hasServableSchema } from "./migrate.ts";
import type { VerificationLookups } from "./verification.ts";

const REASONS: Readonly<Record<Outage, string>> = {
  unreachable: "The database does not answer.",
  read_only: "The database is a standby or read-only, so it may lack the newest revocations.",
  refused: "The database refuses the connection. Check the role, the password and the database in DATABASE_URL.",
  not_durable: "The database does not wait for its disk: fsync is off.",
  pooler: "A pooler in front of the database gives one connection several sessions. Set it to session mode.",
};

/** The limit for one statement of the session check, which a pooler with only one session would never finish. */
const SESSION_MS = 2_000;

/**
 * Returns `null`, or the reason. Simultaneous calls share one check, so that frequent calls take no connections from
 * others.
 */
export function createReadiness(pool: Pool, lookups: VerificationLookups): () => Promise<string | null> {
  let underWay: Promise<string | null> | null = null;
  const look = async (): Promise<string | null> => {
    try {
      await assertSessionsAreKept(pool);
      if (!(await hasServableSchema(pool))) return "The database does not have the schema of this build.";
      const nobodys = randomBytes(32);
      await Promise.all([lookups.find("pat", nobodys), lookups.find("api_key", nobodys)]);
      return null;
    } catch (error) {
      const known = toStoreError(error);
      return REASONS[known instanceof StoreUnavailable ? known.outage : "unreachable"];
    }
  };
  return () => (underWay ??= look().finally(() => (underWay = null)));
}

/**
 * Throws `StoreUnavailable` when a pooler gives each transaction any free session, as pgbouncer does in transaction
 * mode: planner settings and prepared statements would be in one session and verification in another. While a second
 * connection holds the session that became free first, such a pooler gives the first connection another.
 */
export async function assertSessionsAreKept(pool: Pool): Promise<void> {
  const clients: PoolClient[] = [];
  let isBroken = true;
  try {
    const first = await pool.connect();
    clients.push(first);
    const mark = randomUUID();
    await ask(first, "select set_config('mintmark.session', $1, false)", [mark]);
    const other = await pool.connect();
    clients.push(other);
    await ask(other, "begin");
    const { rows } = await ask(first, "select current_setting('mintmark.session', true) as mark");
    await ask(other, "rollback");
    if (rows[0]?.["mark"] !== mark) {
      throw new StoreUnavailable("a pooler gives one connection several sessions; it must work in session mode", {
        outage: "pooler",
      });
    }
    isBroken = false;
  } catch (error) {
    throw toStoreError(error);
  } finally {
    for (const client of clients) client.release(isBroken);
  }
}

function ask(
  client: PoolClient,
  text: string,
  values: readonly string[] = [],
): Promise<{ readonly rows: readonly Record<string, unknown>[] }> {
  // The driver has a limit for one statement; its types do not.
  const limited = { text, values: [...values], query_timeout: SESSION_MS };
  return client.query<Record<string, unknown>>(limited);
}
