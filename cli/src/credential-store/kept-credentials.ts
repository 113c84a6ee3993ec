// The credentials that were handed to the command to keep, wherever they are: in the keyring when there is one that
// answers, else in the file. config.json remembers which, so that only that one is asked afterwards, and
// so that a keyring that is locked today is not mistaken for having no credential.
import type { Secret } from "@mintmark/core";
import type { ProfileSettings } from "../profile-settings.ts";
import { type CredentialStore, StoreUnreachable } from "./store.ts";

export interface Kept {
  readonly secret: Secret;
  readonly store: CredentialStore;
}

/** An account is the name a credential is kept under; profile.ts makes them. */
export class KeptCredentials {
  readonly #settings: ProfileSettings;
  readonly #file: CredentialStore;
  /** `null` where there is no keyring to ask. */
  readonly #keyring: CredentialStore | null;

  constructor(settings: ProfileSettings, file: CredentialStore, keyring: CredentialStore | null) {
    this.#settings = settings;
    this.#file = file;
    this.#keyring = keyring;
  }

  /** The store that is known to keep this account's credential, without asking it. */
  storeOf(account: string): CredentialStore | null {
    const kind = this.#settings.storeOf(account);
    if (kind === null) return null;
    return kind === "file" ? this.#file : (this.#keyring ?? UNREACHABLE_KEYRING);
  }

  /** The credential kept under this account, or `null`. Throws `StoreUnreachable` when its store does not answer. */
  async find(account: string): Promise<Kept | null> {
    return this.#inEach(account, async (store) => {
      const secret = await store.find(account);
      return secret === null ? null : { secret, store };
    });
  }

  /** Keeps the credential, and no second copy elsewhere; answers where. */
  async save(account: string, secret: Secret): Promise<CredentialStore> {
    const before = this.storeOf(account);
    const store = await this.#saveSomewhere(account, secret);
    this.#settings.rememberStore(account, store.kind);
    if (before !== null && before.kind !== store.kind) await orUnreachable(() => before.delete(account), false);
    return store;
  }

  /**
   * Proves that a credential can be kept here before there is one. Throws what `save` would: a token that is minted and
   * cannot be kept is lost to its owner and stays active.
   */
  async rehearse(): Promise<void> {
    const keyring = this.#keyring;
    const answers = keyring !== null && (await orUnreachable(() => keyring.rehearse().then(() => true), false));
    if (!answers) await this.#file.rehearse();
    this.#settings.rehearse();
  }

  /** Answers where a credential was deleted, or `null`. Throws `StoreUnreachable` as `find` does. */
  async delete(account: string): Promise<CredentialStore | null> {
    const store = await this.#inEach(account, async (store) => ((await store.delete(account)) ? store : null));
    this.#settings.forgetStore(account);
    return store;
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
   * The first answer that is not `null`, from the store that is known to keep the credential. Without a record
   * (config.json was deleted) every store is asked, and one that does not answer counts as empty.
   */
  async #inEach<T>(account: string, work: (store: CredentialStore) => Promise<T | null>): Promise<T | null> {
    const known = this.storeOf(account);
    if (known !== null) return work(known);
    const found = await work(this.#file);
    const keyring = this.#keyring;
    return found === null && keyring !== null ? orUnreachable(() => work(keyring), null) : found;
  }
}

/** Stands for a keyring that kept a credential once and is not there now. */
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
