// The context of every command. Commands depend on nothing else: no global stream, no environment.
import type { Running } from "@mintmark/terminal";
import type { CliConfig } from "./config.ts";
import { FileStore } from "./credential-store/file.ts";
import { KeptCredentials } from "./credential-store/kept-credentials.ts";
import { KeyringStore } from "./credential-store/keyring.ts";
import type { ExpiryWarning } from "./expiry-warning.ts";
import { ProfileSettings } from "./profile-settings.ts";

export interface Context extends Running {
  readonly config: CliConfig;
  /** Warns, when the command ends, of a token that expires soon. */
  readonly expiry: ExpiryWarning;
}

/** Whether there is a terminal at which a person can be asked. */
export function canAsk(context: Context): boolean {
  return context.stdin.isTTY === true && context.stderr.isTTY === true;
}

export interface Memory {
  readonly settings: ProfileSettings;
  readonly credentials: KeptCredentials;
}

/** The data that the command stores between runs. */
export function openMemory({ config }: Context): Memory {
  const settings = new ProfileSettings(config.folder);
  const keyring = config.useKeyring ? new KeyringStore() : null;
  return { settings, credentials: new KeptCredentials(settings, new FileStore(config.folder), keyring) };
}
