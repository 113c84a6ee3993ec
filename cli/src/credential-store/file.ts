// The credentials file: a JSON object, account → secret, which only its owner can read. The command refuses a file that
// other users can read, because the secrets in it may be known.
import { join } from "node:path";
import { Secret } from "@mintmark/core/format";
import { Failure } from "@mintmark/terminal";
import { whileLocked } from "./file-lock.ts";
import { readPrivateFile, rehearsePrivateFile, writePrivateFile } from "./private-file.ts";
import type { CredentialStore } from "./store.ts";

type Contents = Record<string, string>;

export class FileStore implements CredentialStore {
  readonly kind = "file";
  readonly #path: string | null;

  /** `folder` is `null` for a user without a home folder, for whom nothing is stored. */
  constructor(folder: string | null) {
    this.#path = folder === null ? null : join(folder, "credentials.json");
  }

  get place(): string {
    return this.#path ?? "a file";
  }

  async find(account: string): Promise<Secret | null> {
    const secret = this.#read()[account];
    return secret === undefined ? null : new Secret(secret);
  }

  async save(account: string, secret: Secret): Promise<void> {
    this.#change((contents) => ({ ...contents, [account]: secret.expose() }));
  }

  async rehearse(): Promise<void> {
    this.#read();
    rehearsePrivateFile(this.#path);
  }

  async delete(account: string): Promise<boolean> {
    if (this.#read()[account] === undefined) return false;
    this.#change(({ [account]: _deleted, ...others }) => others);
    return true;
  }

  #read(): Contents {
    const file = readPrivateFile(this.#path);
    if (file === null) return {};
    if (file.foreign) {
      throw new Failure(
        "credentials_foreign",
        `refusing to use ${this.place}: it belongs to another user`,
        "run the command as that user, or delete the file and log in again",
      );
    }
    if (file.exposed) {
      throw new Failure(
        "credentials_exposed",
        `refusing to use ${this.place}: other users can read it`,
        `run chmod 600 '${this.place}', and revoke the tokens in it if anyone else uses this machine`,
      );
    }
    const contents = parse(file.text);
    if (contents === null) {
      throw new Failure(
        "credentials_damaged",
        `cannot read ${this.place}: it is damaged`,
        "delete the file and log in again",
      );
    }
    return contents;
  }

  #change(change: (contents: Contents) => Contents): void {
    whileLocked(this.#path, (path) => {
      writePrivateFile(path, `${JSON.stringify(change(this.#read()), null, 2)}\n`);
    });
  }
}

/** Parses the file without the parser's error message, which quotes the text. */
function parse(text: string): Contents | null {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value !== "object" || value === null || Array.isArray(value)) return null;
    return Object.values(value).every((secret) => typeof secret === "string") ? (value as Contents) : null;
  } catch {
    return null;
  }
}
