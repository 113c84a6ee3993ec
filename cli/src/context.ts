// What every command is given. Commands depend on nothing else: no global stream, no environment.
import type { Running } from "@mintmark/terminal";
import type { CliConfig } from "./config.ts";
import { FileStore } from "./credential-store/file.ts";
import { KeptCredentials } from "./credential-store/kept-credentials.ts";
import { KeyringStore } from "./credential-store/keyring.ts";
import type { ExpiryWarning } from "./expiry-warning.ts";
import { ProfileSettings } from "./profile-settings.ts";

export interface Context extends Running {
  readonly config: CliConfig;
  /** Hears of a token that ends soon, and warns of it when the command ends. */
  readonly expiry: ExpiryWarning;
}

/** Whether somebody sits at a terminal and can be asked. */
export function canAsk(context: Context): boolean {
  return context.stdin.isTTY === true && context.stderr.isTTY === true;
}

export interface Memory {
  readonly settings: ProfileSettings;
  readonly credentials: KeptCredentials;
}

/** What the command remembers from earlier runs. */
export function openMemory({ config }: Context): Memory {
  const settings = new ProfileSettings(config.folder);
  const keyring = config.useKeyring ? new KeyringStore() : null;
  return { settings, credentials: new KeptCredentials(settings, new FileStore(config.folder), keyring) };
}
