// The rows of the authority log and of the processes that read it.
import type { AuthorityKind } from "./change.ts";

export interface AuthorityClockRow {
  id: 1;
  /** The number of the last entry of the log. */
  seq: number;
  /** Its nonce, which the same number in another history of this database does not have. */
  nonce: string;
}

export interface AuthorityLogRow {
  seq: number;
  nonce: string;
  kind: AuthorityKind;
  /** The id of the row that changed; empty for `all`. */
  key: string;
  at: number;
}

/** A process that verifies from memory. */
export interface ReplicaRow {
  id: string;
  name: string;
  version: string;
  inc: number;
  applied: number;
  renewals: number;
  state: "live" | "fenced";
  lease_ms: number;
  registered_at: number;
  renewed_at: number;
  /** JSON of the last waits for its changes. */
  waits: string;
}
