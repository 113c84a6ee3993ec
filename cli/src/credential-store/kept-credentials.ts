// The stored credentials. They are in the keyring if there is one that responds, else in the file. config.json records
// which, so that later only that store is asked, and so that a locked keyring is not mistaken for an empty one.
import type { Secret } from "@mintmark/core";
import type { ProfileSettings } from "../profile-settings.ts";
import { type CredentialStore, StoreUnreachable } from "./store.ts";

export interface Kept {
  readonly secret: Secret;
  readonly store: CredentialStore;
}

export interface Forgotten {
  /** The store that had the credential, or `null`. */
  readonly store: CredentialStore | null;
  /** `false` when the keyring does not respond, and still has the credential. */
  readonly isDeleted: boolean;
}

/** An account is the name of a stored credential. profile.ts creates the names. */
export class KeptCredentials {
  readonly #settings: ProfileSettings;
  readonly #file: CredentialStore;
  /** `null` when there is no keyring. */
  readonly #keyring: CredentialStore | null;

  constructor(settings: ProfileSettings, file: CredentialStore, keyring: CredentialStore | null) {
    this.#settings = settings;
    this.#file = file;
    this.#keyring = keyring;
  }

  /** The store that has this account's credential according to config.json. */
  storeOf(account: string): CredentialStore | null {
    const kind = this.#settings.storeOf(account);
    if (kind === null) return null;
    return kind === "file" ? this.#file : (this.#keyring ?? UNREACHABLE_KEYRING);
  }

  /** The credential of this account, or `null`. Throws `StoreUnreachable` when its store does not respond. */
  async find(account: string): Promise<Kept | null> {
    return this.#inEach(account, async (store) => {
      const secret = await store.find(account);
      return secret === null ? null : { secret, store };
    });
  }

  /** Stores the credential, deletes a copy in the other store, and returns the store. */
  async save(account: string, secret: Secret): Promise<CredentialStore> {
    const before = this.storeOf(account);
    const store = await this.#saveSomewhere(account, secret);
    this.#settings.rememberStore(account, store.kind);
    if (before !== null && before.kind !== store.kind) await orUnreachable(() => before.delete(account), false);
    return store;
  }

  /**
   * Checks, before there is a credential, that one can be stored here. Throws what `save` would. Otherwise a minted token
   * that cannot be stored would be lost to its owner and stay active.
   */
  async rehearse(): Promise<void> {
    const keyring = this.#keyring;
    const answers = keyring !== null && (await orUnreachable(() => keyring.rehearse().then(() => true), false));
    if (!answers) await this.#file.rehearse();
    this.#settings.rehearse();
  }

  /** Returns the store from which a credential was deleted, or `null`. Throws `StoreUnreachable` as `find` does. */
  async delete(account: string): Promise<CredentialStore | null> {
    const store = await this.#inEach(account, async (store) => ((await store.delete(account)) ? store : null));
    if (!this.#settings.isAbandoned(account)) this.#settings.forgetStore(account);
    return store;
  }

  /**
   * Deletes the credential, as `delete` does. A keyring that does not respond keeps it, and is recorded: no command uses
   * the credential again, and the next command that asks for this account while the keyring responds deletes it.
   */
  async forget(account: string): Promise<Forgotten> {
    const store = this.storeOf(account);
    try {
      return { store: await this.delete(account), isDeleted: true };
    } catch (error) {
      if (!(error instanceof StoreUnreachable)) throw error;
      this.#settings.abandon(account);
      return { store, isDeleted: false };
    }
  }

  async #saveSomewhere(account: string, secret: Secret): Promise<CredentialStore> {
    const keyring = this.#keyring;
    const isKept =
      keyring !== null && (await orUnreachable(() => keyring.save(account, secret).then(() => true), false));
    if (isKept) return keyring;
    await this.#file.save(account, secret);
    return this.#file;
  }

  /**
   * Returns the first result that is not `null`. It asks the store that config.json names. Without a record, because
   * config.json was deleted, it asks every store, and a store that does not respond counts as empty.
   */
  async #inEach<T>(account: string, work: (store: CredentialStore) => Promise<T | null>): Promise<T | null> {
    const known = this.storeOf(account);
    if (known !== null) return work(known);
    if (this.#settings.isAbandoned(account)) {
      await this.#deleteAbandoned(account);
      return null;
    }
    const found = await work(this.#file);
    const keyring = this.#keyring;
    return found === null && keyring !== null ? orUnreachable(() => work(keyring), null) : found;
  }

  async #deleteAbandoned(account: string): Promise<void> {
    const keyring = this.#keyring;
    const responds = keyring !== null && (await orUnreachable(() => keyring.delete(account).then(() => true), false));
    if (responds) this.#settings.forgetStore(account);
  }
}

/** Stands for a keyring that has a credential but is not available now. */
const UNREACHABLE_KEYRING: CredentialStore = {
  kind: "keyring",
  place: "the system's keyring",
  find: unreachable,
  save: unreachable,
  rehearse: unreachable,
  delete: unreachable,
};

async function unreachable(): Promise<never> {
  throw new StoreUnreachable("there is no keyring here");
}

async function orUnreachable<T>(work: () => Promise<T>, otherwise: T): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof StoreUnreachable) return otherwise;
    throw error;
  }
}
