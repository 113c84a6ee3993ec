// What one transaction did to authority. Each write verb names the keys that it touched, and the engine appends them to the
// authority log as the last thing before the commit. So no use case can forget it.
import type { SqlContext } from "../context.ts";

/** The kind of a key in the authority log: what it ends, narrows or widens. `all` concerns every credential. */
export type AuthorityKind = "token" | "api_key" | "membership" | "user" | "organization" | "all";

/** Which cached facts are no longer true. `key` is the id of the row; empty for `all`. */
export interface AuthorityKey {
  readonly kind: AuthorityKind;
  readonly key: string;
}

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

/** What a transaction touched, and its confirmation after the commit. */
export class AuthorityChange implements PendingConfirmation {
  readonly #keys = new Map<string, AuthorityKey>();
  #confirmation: Confirmation | null = null;
  /** Whether the answer of the transaction claims that what it found is in force everywhere. */
  isConfirmationDue = false;

  /** Call it in the verb that changes a fact which verification reads. Repeating it has no effect. */
  touch(kind: AuthorityKind, key: string): void {
    this.#keys.set(`${kind}:${key}`, { kind, key });
  }

  get keys(): readonly AuthorityKey[] {
    return [...this.#keys.values()];
  }

  /** Call it after the commit was confirmed. */
  confirm(confirmation: Confirmation): void {
    this.#confirmation = confirmation;
  }

  readonly get = (): Confirmation => {
    if (this.#confirmation === null) throw new Error("a confirmation was read before its transaction was committed");
    return this.#confirmation;
  };
}

/**
 * The confirmation of this transaction, for its receipt. A transaction that changes nothing, such as a repeated revoke, then
 * waits for the change that it found.
 */
async function confirmation({ change }: SqlContext): Promise<PendingConfirmation> {
  change.isConfirmationDue = true;
  return change;
}

export const authorityWrites = { confirmation };
