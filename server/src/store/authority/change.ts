// The words of the authority log: what a change concerns, and how its commit was confirmed.

/** The kind of a key in the authority log: what it ends, narrows or widens. `all` concerns every credential. */
export type AuthorityKind = "token" | "api_key" | "membership" | "user" | "organization" | "all";

/** Which cached facts are no longer true. `key` is the id of the row; empty for `all`. */
export interface AuthorityKey {
  readonly kind: AuthorityKind;
  readonly key: string;
}

/** Gets what each change concerns. It must not throw, and leaves slow work for later. */
export type AuthorityListener = (keys: readonly AuthorityKey[]) => void;

/** A change of which only this is known: anything may have changed. */
export const EVERYTHING: readonly AuthorityKey[] = [{ kind: "all", key: "" }];

/** How a commit was confirmed to be in force everywhere. */
export interface Confirmation {
  /**
   * `single`: one process serves, or every process reads the commit itself. `replicas`: every replica has applied it.
   * `lease`: a replica was silent, and its lease has ended.
   */
  readonly confirmedBy: "single" | "replicas" | "lease";
  /** How many processes had applied the change. */
  readonly replicas: number;
  /** Milliseconds from the commit to the confirmation. */
  readonly waitedMs: number;
}

export const CONFIRMED_BY_COMMIT: Confirmation = { confirmedBy: "single", replicas: 1, waitedMs: 0 };

/** The confirmation of a transaction that is still running: read `get()` after the transaction has resolved. */
export interface PendingConfirmation {
  /** Throws while the transaction runs. */
  readonly get: () => Confirmation;
}
