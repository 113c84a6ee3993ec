// config.json holds what the command stores between runs, but no secret: the profiles, the active one, the consent to
// use a host without https, and the store of each credential.
import { join } from "node:path";
import { Failure } from "@mintmark/terminal";
import { whileLocked } from "./credential-store/file-lock.ts";
import { readPrivateFile, rehearsePrivateFile, writePrivateFile } from "./credential-store/private-file.ts";
import type { StoreKind } from "./credential-store/store.ts";
import type { Login } from "./profile.ts";

export interface ProfileEntry {
  readonly host: string;
  readonly insecure?: boolean;
}

interface Contents {
  readonly activeProfile: string | null;
  readonly profiles: Readonly<Record<string, ProfileEntry>>;
  /** The store of each credential, by account. */
  readonly kept: Readonly<Record<string, StoreKind | typeof ABANDONED>>;
}

/** The credential was to be deleted, and is still in a keyring that did not respond. */
const ABANDONED = "abandoned";

const EMPTY: Contents = { activeProfile: null, profiles: {}, kept: {} };

export class ProfileSettings {
  readonly #path: string | null;
  #known: Contents | null = null;

  /** `folder` is `null` for a user without a home folder, who has no profiles. */
  constructor(folder: string | null) {
    this.#path = folder === null ? null : join(folder, "config.json");
  }

  /**
   * Why the file cannot be read, or `null`. Every method that reads it throws this, so a command whose credential and host
   * come from the environment must not call one.
   */
  get problem(): Failure | null {
    try {
      void this.#contents;
      return null;
    } catch (error) {
      if (error instanceof Failure) return error;
      throw error;
    }
  }

  get activeProfile(): string | null {
    return this.#contents.activeProfile;
  }

  /** The profiles in the order of their first logins. */
  list(): readonly (Login & ProfileEntry)[] {
    return Object.entries(this.#contents.profiles).map(([profile, entry]) => ({ profile, ...entry }));
  }

  find(profile: string): ProfileEntry | null {
    return ownOf(this.#contents.profiles, profile);
  }

  /** Whether the person agreed to send this login's credential without https. */
  isInsecure({ profile, host }: Login): boolean {
    if (this.problem !== null) return false;
    const entry = this.find(profile);
    return entry?.host === host && entry.insecure === true;
  }

  /** Saves the profile and makes it the active one. */
  save(profile: string, entry: ProfileEntry): void {
    this.#change(({ profiles }) => ({ activeProfile: profile, profiles: { ...profiles, [profile]: entry } }));
  }

  /** The profile must exist. */
  activate(profile: string): void {
    this.#change(() => ({ activeProfile: profile }));
  }

  delete(profile: string): void {
    if (this.find(profile) === null && this.activeProfile !== profile) return;
    this.#change(({ activeProfile, profiles: { [profile]: _deleted, ...profiles } }) => ({
      activeProfile: activeProfile === profile ? null : activeProfile,
      profiles,
    }));
  }

  /** The kind of store that has the credential of this account, if it is recorded. */
  storeOf(account: string): StoreKind | null {
    const kind = ownOf(this.#contents.kept, account);
    return kind === ABANDONED ? null : kind;
  }

  isAbandoned(account: string): boolean {
    return ownOf(this.#contents.kept, account) === ABANDONED;
  }

  abandon(account: string): void {
    this.#change(({ kept }) => ({ kept: { ...kept, [account]: ABANDONED } }));
  }

  rememberStore(account: string, kind: StoreKind): void {
    if (this.storeOf(account) === kind) return;
    this.#change(({ kept }) => ({ kept: { ...kept, [account]: kind } }));
  }

  forgetStore(account: string): void {
    if (ownOf(this.#contents.kept, account) === null) return;
    this.#change(({ kept: { [account]: _forgotten, ...kept } }) => ({ kept }));
  }

  /** Throws when the file cannot be read or written. */
  rehearse(): void {
    void this.#contents;
    rehearsePrivateFile(this.#path);
  }

  get #contents(): Contents {
    return (this.#known ??= read(this.#path));
  }

  /** Changes the current content of the file, because another login may have finished while this one waited. */
  #change(change: (contents: Contents) => Partial<Contents>): void {
    this.#known = whileLocked(this.#path, (path) => {
      const present = read(path);
      const contents = { ...present, ...change(present) };
      writePrivateFile(path, `${JSON.stringify(contents, null, 2)}\n`);
      return contents;
    });
  }
}

/** Reads own properties only, because people type the names and may type `constructor`. */
function ownOf<T>(record: Readonly<Record<string, T>>, name: string): T | null {
  return Object.hasOwn(record, name) ? (record[name] ?? null) : null;
}

function read(path: string | null): Contents {
  const file = readPrivateFile(path);
  if (file === null) return EMPTY;
  const contents = parse(file.text);
  if (contents !== null) return contents;
  throw new Failure("config_damaged", `cannot read ${path}: it is damaged`, "delete the file and log in again");
}

function parse(text: string): Contents | null {
  try {
    const value = JSON.parse(text) as Partial<Contents> | null;
    const { activeProfile = null, profiles = {}, kept = {} } = value ?? {};
    if (activeProfile !== null && typeof activeProfile !== "string") return null;
    if (typeof profiles !== "object" || !Object.values(profiles).every(isEntry)) return null;
    if (typeof kept !== "object" || !Object.values(kept).every(isKind)) return null;
    return { activeProfile, profiles, kept };
  } catch {
    return null;
  }
}

function isKind(value: unknown): value is StoreKind | typeof ABANDONED {
  return value === "keyring" || value === "file" || value === ABANDONED;
}

function isEntry(value: unknown): value is ProfileEntry {
  const { host, insecure } = (value ?? {}) as Partial<ProfileEntry>;
  return (
    typeof host === "string" &&
    // A host has one spelling, because it is part of the credential's account.
    URL.parse(host)?.origin === host &&
    (insecure === undefined || typeof insecure === "boolean")
  );
}
