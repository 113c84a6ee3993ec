// config.json: what the command remembers about hosts, and nothing secret: which one is active, where
// the credential of each is kept, and that someone agreed to use it without https.
import { join } from "node:path";
import { readPrivateFile, writePrivateFile } from "./credential-store/private-file.ts";
import type { StoreKind } from "./credential-store/store.ts";
import { Failure } from "./exit.ts";

export interface HostEntry {
  readonly credential: StoreKind;
  readonly insecure?: boolean;
}

interface Contents {
  readonly activeHost: string | null;
  readonly hosts: Readonly<Record<string, HostEntry>>;
}

const EMPTY: Contents = { activeHost: null, hosts: {} };

export class HostSettings {
  readonly #path: string;
  #contents: Contents;

  constructor(folder: string) {
    this.#path = join(folder, "config.json");
    this.#contents = read(this.#path);
  }

  get activeHost(): string | null {
    return this.#contents.activeHost;
  }

  find(host: string): HostEntry | null {
    return this.#contents.hosts[host] ?? null;
  }

  /** The host becomes the active one. */
  save(host: string, entry: HostEntry): void {
    this.#write({ activeHost: host, hosts: { ...this.#contents.hosts, [host]: entry } });
  }

  delete(host: string): void {
    const { activeHost, hosts } = this.#contents;
    if (hosts[host] === undefined && activeHost !== host) return;
    const { [host]: _deleted, ...others } = hosts;
    this.#write({ activeHost: activeHost === host ? null : activeHost, hosts: others });
  }

  #write(contents: Contents): void {
    writePrivateFile(this.#path, `${JSON.stringify(contents, null, 2)}\n`);
    this.#contents = contents;
  }
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
    const { activeHost = null, hosts = {} } = value ?? {};
    if (activeHost !== null && typeof activeHost !== "string") return null;
    if (typeof hosts !== "object" || !Object.values(hosts).every(isEntry)) return null;
    return { activeHost, hosts };
  } catch {
    return null;
  }
}

function isEntry(value: unknown): value is HostEntry {
  const { credential, insecure } = (value ?? {}) as Partial<HostEntry>;
  return (
    (credential === "keyring" || credential === "file") && (insecure === undefined || typeof insecure === "boolean")
  );
}
