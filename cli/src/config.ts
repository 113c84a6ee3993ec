// The environment variables of the `mintmark` command. They concern the person at the keyboard, not an
// instance.
import { existsSync } from "node:fs";
import { homedir } from "node:os";
import { isAbsolute, join, win32 } from "node:path";
import process from "node:process";
import { Secret } from "@mintmark/core/format";
import { allowsColor } from "@mintmark/terminal";

export interface CliConfig {
  /** MINTMARK_URL: the host, as typed. */
  readonly url: string | null;
  /** MINTMARK_PROFILE: the name of the login to use. */
  readonly profile: string | null;
  /** MINTMARK_TOKEN: takes precedence over a stored token. */
  readonly token: Secret | null;
  /** MINTMARK_SERVICE_KEY: the key for `verify`. It takes precedence over a stored key. */
  readonly serviceKey: Secret | null;
  /** The folder of the credentials file and the host settings. `null` for a user without a home folder. */
  readonly folder: string | null;
  /** Whether a system keyring may exist and MINTMARK_KEYRING is not `off`. */
  readonly useKeyring: boolean;
  /** Whether a browser can open here: not over SSH, and on Linux only with a display. */
  readonly hasBrowser: boolean;
  /** Whether to warn when the token expires soon. MINTMARK_EXPIRY_WARNING=off turns it off. */
  readonly warnOfExpiry: boolean;
  /** Whether the environment allows colors. The caller also checks the terminal. */
  readonly color: boolean;
  /** `null` when no proxy is set. */
  readonly proxies: ProxySettings | null;
}

/** HTTP_PROXY, HTTPS_PROXY and NO_PROXY as typed. The names in lower case take precedence, as for curl. */
export interface ProxySettings {
  readonly http: string | null;
  readonly https: string | null;
  readonly none: string;
}

type Environment = Readonly<Record<string, string | undefined>>;

/** An empty variable counts as absent. */
export function loadCliConfig(environment: Environment = process.env, platform: string = process.platform): CliConfig {
  const read = (name: string): string | null => environment[name]?.trim() || null;
  return {
    url: read("MINTMARK_URL"),
    profile: read("MINTMARK_PROFILE"),
    token: secretOf(read("MINTMARK_TOKEN")),
    serviceKey: secretOf(read("MINTMARK_SERVICE_KEY")),
    folder: folderOf(read, platform),
    useKeyring: read("MINTMARK_KEYRING") !== "off" && hasKeyring(read, platform),
    hasBrowser: hasBrowser(read, platform),
    warnOfExpiry: read("MINTMARK_EXPIRY_WARNING") !== "off",
    color: allowsColor(environment),
    proxies: proxiesOf(read),
  };
}

/** Removes the secrets from the environment, so that no child process inherits them. */
export function withholdSecrets(environment: NodeJS.ProcessEnv = process.env): void {
  delete environment["MINTMARK_TOKEN"];
  delete environment["MINTMARK_SERVICE_KEY"];
}

/**
 * Sets the address of the session's D-Bus for the keyring module where it is missing. AI clients start the bridge with
 * only a few environment variables.
 */
export function nameSessionBus(
  environment: NodeJS.ProcessEnv = process.env,
  platform: string = process.platform,
): void {
  const address = platform === "linux" ? sessionBus((name) => environment[name]?.trim() || null) : null;
  if (address !== null) environment["DBUS_SESSION_BUS_ADDRESS"] = address;
}

/** Makes terminal libraries follow `--no-color`: they read only the environment. */
export function turnColorOff(): void {
  process.env["NO_COLOR"] = "1";
}

function proxiesOf(read: (name: string) => string | null): ProxySettings | null {
  const either = (name: string): string | null => read(name.toLowerCase()) ?? read(name);
  const [http, https] = [either("HTTP_PROXY"), either("HTTPS_PROXY")];
  return http === null && https === null ? null : { http, https, none: either("NO_PROXY") ?? "" };
}

function secretOf(text: string | null): Secret | null {
  return text === null ? null : new Secret(text);
}

/** XDG Base Directory Specification: a relative path is invalid and is ignored. */
function folderOf(read: (name: string) => string | null, platform: string): string | null {
  if (platform === "win32") {
    // The person's roaming profile, which follows them to every machine.
    const roaming = read("APPDATA") ?? below(homeFolder(), "AppData", "Roaming");
    return roaming === null ? null : win32.join(roaming, "mintmark");
  }
  const given = read("XDG_CONFIG_HOME");
  const home = given !== null && isAbsolute(given) ? given : below(read("HOME") ?? homeFolder(), ".config");
  return below(home, "mintmark");
}

/** The home folder of this user, or `null`: in a container, a user may have neither HOME nor an entry in passwd. */
export function homeFolder(): string | null {
  try {
    return homedir();
  } catch {
    return null;
  }
}

function below(folder: string | null, ...names: readonly string[]): string | null {
  return folder === null ? null : join(folder, ...names);
}

/** BROWSER names a program, so a browser can open in any environment. */
function hasBrowser(read: (name: string) => string | null, platform: string): boolean {
  if (read("BROWSER") !== null || read("DISPLAY") !== null || read("WAYLAND_DISPLAY") !== null) return true;
  return platform !== "linux" && read("SSH_CONNECTION") === null;
}

/** On Linux the keyring is a service on the session's D-Bus. Without that bus there is no keyring. */
function hasKeyring(read: (name: string) => string | null, platform: string): boolean {
  return platform !== "linux" || sessionBus(read) !== null;
}

/** The address of the session's D-Bus, from the environment or at the path that systemd uses; `null` without a bus. */
function sessionBus(read: (name: string) => string | null): string | null {
  const given = read("DBUS_SESSION_BUS_ADDRESS");
  if (given !== null) return given;
  const bus = join(read("XDG_RUNTIME_DIR") ?? `/run/user/${process.getuid?.()}`, "bus");
  return existsSync(bus) ? `unix:path=${bus}` : null;
}
