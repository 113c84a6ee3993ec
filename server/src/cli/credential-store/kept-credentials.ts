// The credentials a person logged in with, wherever they are kept: in the keyring when there is one that
// answers, else in the file. config.json remembers which, so that only that one is asked afterwards, and
// so that a keyring that is locked today is not mistaken for having no credential.
import type { Secret } from "@mintmark/core";
import type { HostEntry, HostSettings } from "../host-settings.ts";
import { type CredentialStore, StoreUnreachable } from "./store.ts";

export interface Kept {
  readonly secret: Secret;
  readonly store: CredentialStore;
}

export class KeptCredentials {
  readonly #settings: HostSettings;
  readonly #file: CredentialStore;
  /** `null` where there is no keyring to ask. */
  readonly #keyring: CredentialStore | null;

  constructor(settings: HostSettings, file: CredentialStore, keyring: CredentialStore | null) {
    this.#settings = settings;
    this.#file = file;
    this.#keyring = keyring;
  }

  /** The store that is known to keep this host's credential, without asking it. */
  storeOf(host: string): CredentialStore | null {
    const kind = this.#settings.find(host)?.credential;
    if (kind === undefined) return null;
    return kind === "file" ? this.#file : (this.#keyring ?? UNREACHABLE_KEYRING);
  }

  /** The credential kept for this host, or `null`. Throws `StoreUnreachable` when its store does not answer. */
  async find(host: string): Promise<Kept | null> {
    return this.#inEach(host, async (store) => {
      const secret = await store.find(host);
      return secret === null ? null : { secret, store };
    });
  }

  /** Keeps the credential, and no second copy elsewhere; answers where. The host becomes the active one. */
  async save(host: string, secret: Secret, entry: Omit<HostEntry, "credential">): Promise<CredentialStore> {
    const before = this.storeOf(host);
    const store = await this.#saveSomewhere(host, secret);
    this.#settings.save(host, { ...entry, credential: store.kind });
    if (before !== null && before.kind !== store.kind) await orUnreachable(() => before.delete(host), false);
    return store;
  }

  /** Forgets the host; answers where a credential was deleted, or `null`. Throws `StoreUnreachable` as `find` does. */
  async delete(host: string): Promise<CredentialStore | null> {
    const store = await this.#inEach(host, async (store) => ((await store.delete(host)) ? store : null));
    this.#settings.delete(host);
    return store;
  }

  async #saveSomewhere(host: string, secret: Secret): Promise<CredentialStore> {
    const keyring = this.#keyring;
    const isKept = keyring !== null && (await orUnreachable(() => keyring.save(host, secret).then(() => true), false));
    if (isKept) return keyring;
    await this.#file.save(host, secret);
    return this.#file;
  }

  /**
   * The first answer that is not `null`, from the store that is known to keep the host's credential. Without
   * a record (config.json was deleted) every store is asked, and one that does not answer counts as empty.
   */
  async #inEach<T>(host: string, work: (store: CredentialStore) => Promise<T | null>): Promise<T | null> {
    const known = this.storeOf(host);
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
