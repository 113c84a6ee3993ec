// Calls the system's keyring once, in a separate process. The native module calls the keyring synchronously and can wait
// for ever (a hung D-Bus, a dialog that nobody sees), and only a process can be killed. The request comes on standard
// input and the response goes to standard output, so no command line contains the secret.
import { text } from "node:stream/consumers";
import process from "node:process";
import type { AsyncEntry } from "@napi-rs/keyring";

export interface KeyringRequest {
  readonly operation: "find" | "save" | "delete";
  readonly service: string;
  readonly account: string;
  readonly secret?: string;
}

export type KeyringAnswer =
  | { readonly ok: true; readonly secret: string | null; readonly deleted: boolean }
  | { readonly ok: false };

async function answer(request: KeyringRequest): Promise<KeyringAnswer> {
  try {
    const { AsyncEntry } = await import("@napi-rs/keyring");
    // By default the module falls back to the kernel's keys, which are lost at a restart of the machine.
    const entry = new AsyncEntry(request.service, request.account, { linux: { store: "secret-service" } });
    return { ok: true, ...(await perform(entry, request)) };
  } catch {
    return { ok: false };
  }
}

async function perform(
  entry: AsyncEntry,
  { operation, secret }: KeyringRequest,
): Promise<{ readonly secret: string | null; readonly deleted: boolean }> {
  if (operation === "find") return { secret: await entry.getPassword(), deleted: false };
  if (operation === "delete") return { secret: null, deleted: await entry.deletePassword() };
  await entry.setPassword(secret ?? "");
  return { secret: null, deleted: false };
}

const request = JSON.parse(await text(process.stdin)) as KeyringRequest;
process.stdout.write(JSON.stringify(await answer(request)));
