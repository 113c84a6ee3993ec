// The place of a secret between two commands: the system's keyring, else a file of the user.
// Rule: a store holds one `Secret` per account, and throws `StoreUnreachable` when it does not respond.
import type { Secret } from "@mintmark/core";

export type StoreKind = "keyring" | "file";

export interface CredentialStore {
  readonly kind: StoreKind;
  /** The place, as people read it. */
  readonly place: string;
  /** The secret of this account, or `null`. */
  find(account: string): Promise<Secret | null>;
  save(account: string, secret: Secret): Promise<void>;
  /** Does everything that `save` does, but without a secret and without a change. Throws what `save` would throw. */
  rehearse(): Promise<void>;
  /** Returns whether there was a secret to delete. */
  delete(account: string): Promise<boolean>;
}

/** The store is missing, is locked, or does not respond, so its content is unknown. */
export class StoreUnreachable extends Error {
  override readonly name = "StoreUnreachable";
}
