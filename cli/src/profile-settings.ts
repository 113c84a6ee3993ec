// config.json: what the command remembers, and nothing secret: the profiles, which one is active, that someone
// agreed to use a host without https, and where each credential is kept.
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
  /** By the name each credential is kept under. */
  readonly kept: Readonly<Record<string, StoreKind>>;
}

const EMPTY: Contents = { activeProfile: null, profiles: {}, kept: {} };

export class ProfileSettings {
  readonly #path: string;
  #contents: Contents;

  constructor(folder: string) {
    this.#path = join(folder, "config.json");
    this.#contents = read(this.#path);
  }

  get activeProfile(): string | null {
    return this.#contents.activeProfile;
  }

  /** In the order in which they were first logged in to. */
  list(): readonly (Login & ProfileEntry)[] {
    return Object.entries(this.#contents.profiles).map(([profile, entry]) => ({ profile, ...entry }));
  }

  find(profile: string): ProfileEntry | null {
    return ownOf(this.#contents.profiles, profile);
  }

  /** Whether someone agreed to send this login's credential without https. */
  isInsecure({ profile, host }: Login): boolean {
    const entry = this.find(profile);
    return entry?.host === host && entry.insecure === true;
  }

  /** The profile becomes the active one. */
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

  /** The kind of store that is known to keep the credential of this account. */
  storeOf(account: string): StoreKind | null {
    return ownOf(this.#contents.kept, account);
  }

  rememberStore(account: string, kind: StoreKind): void {
    if (this.storeOf(account) === kind) return;
    this.#change(({ kept }) => ({ kept: { ...kept, [account]: kind } }));
  }

  forgetStore(account: string): void {
    if (this.storeOf(account) === null) return;
    this.#change(({ kept: { [account]: _forgotten, ...kept } }) => ({ kept }));
  }

  /** Throws when the file cannot be written. */
  rehearse(): void {
    rehearsePrivateFile(this.#path);
  }

  /** Changes what the file holds now: another login may have ended while this one waited for a browser. */
  #change(change: (contents: Contents) => Partial<Contents>): void {
    this.#contents = whileLocked(this.#path, () => {
      const present = read(this.#path);
      const contents = { ...present, ...change(present) };
      writePrivateFile(this.#path, `${JSON.stringify(contents, null, 2)}\n`);
      return contents;
    });
  }
}

/** Names are typed by people: `constructor` is one, and nothing that every object has. */
function ownOf<T>(record: Readonly<Record<string, T>>, name: string): T | null {
  return Object.hasOwn(record, name) ? (record[name] ?? null) : null;
}

function read(path: string): Contents {
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

function isKind(value: unknown): value is StoreKind {
  return value === "keyring" || value === "file";
}

function isEntry(value: unknown): value is ProfileEntry {
  const { host, insecure } = (value ?? {}) as Partial<ProfileEntry>;
  return (
    typeof host === "string" &&
    // The same text for the same host: it is part of the name that the credential is kept under.
    URL.parse(host)?.origin === host &&
    (insecure === undefined || typeof insecure === "boolean")
  );
}
