// Where a secret is kept between two commands: the system's keyring, else a file of the user's own.
// Rule: a store hands out and takes `Secret`s, one for each account, and says so when it cannot be asked.
import type { Secret } from "@mintmark/core";

export type StoreKind = "keyring" | "file";

export interface CredentialStore {
  readonly kind: StoreKind;
  /** Where that is, for people. */
  readonly place: string;
  /** The secret kept under this account, or `null`. */
  find(account: string): Promise<Secret | null>;
  save(account: string, secret: Secret): Promise<void>;
  /** Does everything that `save` does, without a secret, and leaves what is kept as it is. Throws what `save` would. */
  rehearse(): Promise<void>;
  /** Whether there was something to delete. */
  delete(account: string): Promise<boolean>;
}

/** The store is not there, is locked, or does not answer: nobody can say what it keeps. */
export class StoreUnreachable extends Error {
  override readonly name = "StoreUnreachable";
}
