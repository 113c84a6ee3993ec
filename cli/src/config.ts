// What the `mintmark` command reads from the environment. It concerns the person who types, not an instance.
import { existsSync } from "node:fs";
import { homedir } from "node:os";
import { isAbsolute, join, win32 } from "node:path";
import process from "node:process";
import { Secret } from "@mintmark/core/secret";
import { allowsColor } from "@mintmark/terminal";

export interface CliConfig {
  /** MINTMARK_URL: the host to talk to, as it was typed. */
  readonly url: string | null;
  /** MINTMARK_PROFILE: the login to use, by the name it was given. */
  readonly profile: string | null;
  /** MINTMARK_TOKEN: wins over whatever is stored. */
  readonly token: Secret | null;
  /** MINTMARK_SERVICE_KEY: what `verify` asks with; wins over the stored one. */
  readonly serviceKey: Secret | null;
  /** Where the credentials file and the host settings live. */
  readonly folder: string;
  /** Whether asking the system's keyring can make sense: there is one, and MINTMARK_KEYRING is not `off`. */
  readonly useKeyring: boolean;
  /** Whether a browser can be opened here: not over SSH, and on Linux not without a display. */
  readonly hasBrowser: boolean;
  /** Whether to say that the token in use ends soon: unless MINTMARK_EXPIRY_WARNING is `off`. */
  readonly warnOfExpiry: boolean;
  /** Whether colors are wanted at all; whether they make sense is for the terminal to say. */
  readonly color: boolean;
}

type Environment = Readonly<Record<string, string | undefined>>;

/** A variable set to nothing means the same as one that is not set. */
export function loadCliConfig(environment: Environment = process.env, platform: string = process.platform): CliConfig {
  const read = (name: string): string | null => environment[name]?.trim() || null;
  return {
    url: read("MINTMARK_URL"),
    profile: read("MINTMARK_PROFILE"),
    token: secretOf(read("MINTMARK_TOKEN")),
    serviceKey: secretOf(read("MINTMARK_SERVICE_KEY")),
    folder: platform === "win32" ? windowsFolder(read) : join(configHome(read), "mintmark"),
    useKeyring: read("MINTMARK_KEYRING") !== "off" && hasKeyring(read, platform),
    hasBrowser: hasBrowser(read, platform),
    warnOfExpiry: read("MINTMARK_EXPIRY_WARNING") !== "off",
    color: allowsColor(environment),
  };
}

/** Takes the secrets out of the environment, once they were read: no process that the command starts gets them. */
export function withholdSecrets(environment: NodeJS.ProcessEnv = process.env): void {
  delete environment["MINTMARK_TOKEN"];
  delete environment["MINTMARK_SERVICE_KEY"];
}

/**
 * Names the session's D-Bus, for the keyring's module, where the environment does not: AI clients pass little of theirs
 * on to what they start, and the bridge is started by them.
 */
export function nameSessionBus(
  environment: NodeJS.ProcessEnv = process.env,
  platform: string = process.platform,
): void {
  const address = platform === "linux" ? sessionBus((name) => environment[name]?.trim() || null) : null;
  if (address !== null) environment["DBUS_SESSION_BUS_ADDRESS"] = address;
}

/** Makes libraries that draw on the terminal follow `--no-color`: they look at the environment only. */
export function turnColorOff(): void {
  process.env["NO_COLOR"] = "1";
}

function secretOf(text: string | null): Secret | null {
  return text === null ? null : new Secret(text);
}

/** XDG Base Directory Specification: a relative path is invalid and is ignored. */
function configHome(read: (name: string) => string | null): string {
  const given = read("XDG_CONFIG_HOME");
  return given !== null && isAbsolute(given) ? given : join(read("HOME") ?? homedir(), ".config");
}

/** What a program remembers for a person and every machine of theirs lies in their roaming profile. */
function windowsFolder(read: (name: string) => string | null): string {
  return win32.join(read("APPDATA") ?? win32.join(homedir(), "AppData", "Roaming"), "mintmark");
}

/** BROWSER names a program, whatever the surroundings look like. */
function hasBrowser(read: (name: string) => string | null, platform: string): boolean {
  if (read("BROWSER") !== null || read("DISPLAY") !== null || read("WAYLAND_DISPLAY") !== null) return true;
  return platform !== "linux" && read("SSH_CONNECTION") === null;
}

/** On Linux the keyring is a service on the session's D-Bus; without that bus there is nothing to ask. */
function hasKeyring(read: (name: string) => string | null, platform: string): boolean {
  return platform !== "linux" || sessionBus(read) !== null;
}

/** The address of the bus, also of one that only lies where systemd puts it; `null` where there is none. */
function sessionBus(read: (name: string) => string | null): string | null {
  const given = read("DBUS_SESSION_BUS_ADDRESS");
  if (given !== null) return given;
  const bus = join(read("XDG_RUNTIME_DIR") ?? `/run/user/${process.getuid?.()}`, "bus");
  return existsSync(bus) ? `unix:path=${bus}` : null;
}
