import type { DatabaseSync, StatementSync } from "node:sqlite";
import { StoreUnavailable } from "../store.ts";

/**
 * The mark is SQLite's own: `data_version` of a connection moves when any other one has committed, of this process or
 * another. So it is read by the connection that looks up and never writes.
 */
export function createCommitMark(reader: DatabaseSync, beforeEach: () => void): () => Promise<string> {
  let statement: StatementSync | null = null;
  return () =>
    new Promise((resolve, reject) => {
      try {
        beforeEach();
        statement ??= reader.prepare("pragma data_version");
        resolve(String(statement.get()?.["data_version"]));
      } catch (error) {
        reject(new StoreUnavailable("what is committed could not be read", { cause: error }));
      }
    });
}
