import { StoreUnavailable } from "../store.ts";
import { IS_PROVEN } from "./primary.ts";
import type { ConnectionSource } from "./verification.ts";

/**
 * The mark is the snapshot a query would see the database by: which transactions are over. Two that are equal see the
 * same rows. Transactions of other databases of the server are in it too, so it also moves for nothing.
 */
export async function readCommitMark(pool: ConnectionSource): Promise<string> {
  try {
    const client = await pool.connect();
    let isBroken = true;
    try {
      const { rows } = await client.query<[string]>({
        name: "commit-mark",
        text: `select pg_current_snapshot()::text where ${IS_PROVEN}`,
        rowMode: "array",
      });
      isBroken = false;
      return (rows[0] as [string])[0];
    } finally {
      client.release(isBroken);
    }
  } catch (error) {
    throw new StoreUnavailable("what is committed could not be read", { cause: error });
  }
}
