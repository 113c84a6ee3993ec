// What the `mintmark` command takes from the environment. It concerns the person who types, not the
// instance: config.ts is for the server, and reading it here would refuse a client for a server's mistake.
import { existsSync } from "node:fs";
import { homedir } from "node:os";
import { isAbsolute, join } from "node:path";
import process from "node:process";
import { Secret } from "@mintmark/core";

export interface CliConfig {
  /** MINTMARK_URL: the host to talk to, as it was typed. */
  readonly url: string | null;
  /** MINTMARK_TOKEN: wins over whatever is stored. */
  readonly token: Secret | null;
  /** Where the credentials file and the host settings live. */
  readonly folder: string;
  /** Whether asking the system's keyring can make sense: there is one, and MINTMARK_KEYRING is not `off`. */
  readonly useKeyring: boolean;
  /** Whether colors are wanted at all; whether they make sense is for the terminal to say. */
  readonly color: boolean;
}

type Environment = Readonly<Record<string, string | undefined>>;

/** A variable set to nothing means the same as one that is not set. */
export function loadCliConfig(environment: Environment = process.env): CliConfig {
  const read = (name: string): string | null => environment[name]?.trim() || null;
  const token = read("MINTMARK_TOKEN");
  return {
    url: read("MINTMARK_URL"),
    token: token === null ? null : new Secret(token),
    folder: join(configHome(read), "mintmark"),
    useKeyring: read("MINTMARK_KEYRING") !== "off" && hasKeyring(read),
    color: read("NO_COLOR") === null && read("TERM") !== "dumb",
  };
}

/** Makes libraries that draw on the terminal follow `--no-color`: they look at the environment only. */
export function turnColorOff(): void {
  process.env["NO_COLOR"] = "1";
}

/** XDG Base Directory Specification: a relative path is invalid and is ignored. */
function configHome(read: (name: string) => string | null): string {
  const given = read("XDG_CONFIG_HOME");
  return given !== null && isAbsolute(given) ? given : join(read("HOME") ?? homedir(), ".config");
}

/** On Linux the keyring is a service on the session's D-Bus; without that bus there is nothing to ask. */
function hasKeyring(read: (name: string) => string | null): boolean {
  if (process.platform !== "linux") return true;
  if (read("DBUS_SESSION_BUS_ADDRESS") !== null) return true;
  const runtime = read("XDG_RUNTIME_DIR");
  return runtime !== null && existsSync(join(runtime, "bus"));
}
