// The system's keyring: Keychain, Credential Manager, or the Secret Service on D-Bus.
// Rule: a command never waits longer than `limitMs` for the keyring.
import process from "node:process";
import { fileURLToPath } from "node:url";
import { Secret } from "@mintmark/core/format";
import type { KeyringAnswer, KeyringRequest } from "./keyring-process.ts";
import { type CredentialStore, StoreUnreachable } from "./store.ts";

const SERVICE = "mintmark";
/** Not the account of any profile, because those contain a host. */
const REHEARSED_ACCOUNT = "rehearsal";
/** Enough time to confirm a dialog of the keyring, and short enough that the command does not seem to hang. */
const LIMIT_MS = 5_000;

/** The program is next to this file, with the same extension. */
const PROGRAM = new URL(import.meta.url.endsWith(".ts") ? "keyring-process.ts" : "keyring-process.js", import.meta.url);

export interface KeyringOptions {
  readonly limitMs?: number;
  /** The program that calls the keyring. Tests use other programs. */
  readonly program?: URL;
}

export class KeyringStore implements CredentialStore {
  readonly kind = "keyring";
  readonly place = "the system's keyring";
  readonly #limitMs: number;
  readonly #program: URL;

  constructor({ limitMs = LIMIT_MS, program = PROGRAM }: KeyringOptions = {}) {
    this.#limitMs = limitMs;
    this.#program = program;
  }

  async find(account: string): Promise<Secret | null> {
    const { secret } = await this.#ask({ operation: "find", service: SERVICE, account });
    return secret === null ? null : new Secret(secret);
  }

  async save(account: string, secret: Secret): Promise<void> {
    await this.#ask({ operation: "save", service: SERVICE, account, secret: secret.expose() });
  }

  async rehearse(): Promise<void> {
    await this.save(REHEARSED_ACCOUNT, new Secret("nothing"));
    await this.delete(REHEARSED_ACCOUNT);
  }

  async delete(account: string): Promise<boolean> {
    return (await this.#ask({ operation: "delete", service: SERVICE, account })).deleted;
  }

  async #ask(request: KeyringRequest): Promise<Extract<KeyringAnswer, { ok: true }>> {
    const answer = await ask(this.#program, request, this.#limitMs);
    if (answer === null || !answer.ok) throw new StoreUnreachable("the keyring does not respond");
    return answer;
  }
}

/** The response, or `null` when there is none in time. */
async function ask(program: URL, request: KeyringRequest, limitMs: number): Promise<KeyringAnswer | null> {
  // Loaded only here, because most commands use the file.
  const [{ spawn }, { text }] = await Promise.all([import("node:child_process"), import("node:stream/consumers")]);
  const child = spawn(process.execPath, [fileURLToPath(program)], {
    stdio: ["pipe", "pipe", "ignore"],
    timeout: limitMs,
    killSignal: "SIGKILL",
    windowsHide: true,
  });
  // A command that ends early must also end the process that it waits for.
  const end = (): void => void child.kill("SIGKILL");
  process.once("exit", end);
  child.once("close", () => process.removeListener("exit", end));
  // A child that ends early closes the pipe. The missing response reports that.
  child.stdin.on("error", () => {});
  child.stdin.end(JSON.stringify(request));
  const failed = new Promise<null>((resolve) => child.once("error", () => resolve(null)));
  const answered = text(child.stdout).then((answer) => (answer === "" ? null : (JSON.parse(answer) as KeyringAnswer)));
  return Promise.race([failed, answered]);
}
