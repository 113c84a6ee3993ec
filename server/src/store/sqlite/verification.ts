// The lookup of verification: the one place where nanoseconds count, so it goes past Kysely to two
// prepared statements. Their text is that of credential-facts.ts, so lists and verification see the same.
import type { DatabaseSync, StatementSync } from "node:sqlite";
import type { Hash, VerificationLookup } from "../credential-port.ts";
import {
  type ApiKeyFactsRow,
  selectApiKeyFacts,
  selectTokenFacts,
  type TokenFactsRow,
  toApiKeyFacts,
  toTokenFacts,
} from "../sql/credential-facts.ts";
import type { SqlContext } from "../sql/context.ts";
import { StoreUnavailable } from "../store.ts";

export type FindForVerification = (kind: "pat" | "api_key", hash: Hash) => VerificationLookup;

/** Prepared at the first call: the tables may not exist before the first migration. */
export function createVerificationLookup(database: DatabaseSync, { db, json }: SqlContext): FindForVerification {
  const anyHash = new Uint8Array(0);
  const tokenSql = selectTokenFacts(db).where("pat.hash", "=", anyHash).compile().sql;
  const apiKeySql = selectApiKeyFacts(db).where("key.hash", "=", anyHash).compile().sql;
  let tokens: StatementSync | null = null;
  let apiKeys: StatementSync | null = null;
  return (kind, hash) => {
    try {
      if (kind === "pat") {
        tokens ??= database.prepare(tokenSql);
        const row = tokens.get(hash);
        return row === undefined ? null : toTokenFacts(row as unknown as TokenFactsRow, json);
      }
      apiKeys ??= database.prepare(apiKeySql);
      const row = apiKeys.get(hash);
      return row === undefined ? null : toApiKeyFacts(row as unknown as ApiKeyFactsRow, json);
    } catch (error) {
      throw new StoreUnavailable("the credential could not be looked up", { cause: error });
    }
  };
}
