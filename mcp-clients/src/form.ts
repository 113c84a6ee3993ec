// How one client's configuration is written. Each file of a client gives one of these.
import type { McpClient, McpHolding, McpSystem } from "./client.ts";

/** The client speaks HTTP to the server itself. */
interface RemoteServer {
  readonly kind: "remote";
  readonly url: string;
  /** The value of the header `Authorization`, with the secret, or with what the client puts it in place of. */
  readonly authorization: string;
}

/** The client starts a program that speaks to the server. */
export interface LocalServer {
  readonly kind: "local";
  readonly command: string;
  readonly args: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
}

export type ServerEntry = RemoteServer | LocalServer;

export interface ClientForm extends Pick<
  McpClient,
  "id" | "name" | "description" | "kind" | "holdings" | "check" | "troubleshooting"
> {
  /** The command that starts it in a terminal, so that it inherits the terminal's variables. */
  readonly startedBy: string;
  /** How its configuration names a variable of the environment. */
  readonly reference?: (variable: string) => string;
  readonly path: Readonly<Record<McpSystem, string>>;
  readonly projectPath?: string;
  readonly syntax: "json" | "toml";
  readonly text: (name: string, entry: ServerEntry, holding: McpHolding) => string;
  /** The words of the command that adds the entry, where the client has one for this kind of entry. */
  readonly command?: (name: string, entry: ServerEntry, holding: McpHolding) => readonly string[] | null;
  readonly link?: (name: string, entry: ServerEntry, holding: McpHolding) => string;
  /** For a client without HTTP: the program that it starts for the way `literal`. */
  readonly literalBridge?: (url: string, secret: string, system: McpSystem) => LocalServer;
  readonly notes?: (holding: McpHolding, system: McpSystem) => readonly string[];
}

/** A configuration in JSON, as people write it. */
export function jsonText(value: unknown): string {
  return `${JSON.stringify(value, null, 2)}\n`;
}

/** The same path below the home folder everywhere. */
export function inHome(path: string): Readonly<Record<McpSystem, string>> {
  return { macos: `~/${path}`, linux: `~/${path}`, windows: `%USERPROFILE%\\${path.replaceAll("/", "\\")}` };
}

/** The same words for every system, for a file without a path. */
export function everywhere(words: string): Readonly<Record<McpSystem, string>> {
  return { macos: words, linux: words, windows: words };
}

/** The file of most clients, with one server in it. */
export function mcpServers(name: string, server: Record<string, unknown>): string {
  return jsonText({ mcpServers: { [name]: server } });
}

/** The entry that most clients have for an address; many need the type of the transport. */
export function remoteEntry({ url, authorization }: RemoteServer, type?: string): Record<string, unknown> {
  return { ...(type === undefined ? {} : { type }), url, headers: { Authorization: authorization } };
}

/** The entry that most clients have for a program. */
export function localEntry({ command, args, env }: LocalServer): Record<string, unknown> {
  return { command, args, ...(env ? { env } : {}) };
}

/** Programs that npm installs are scripts on Windows, which only `cmd` starts. */
export function onSystem(system: McpSystem, command: string, args: readonly string[]): LocalServer {
  return system === "windows"
    ? { kind: "local", command: "cmd", args: ["/c", command, ...args] }
    : { kind: "local", command, args };
}

/** The id of the input that a client asks for, for the way `prompt`. */
export function promptId(name: string): string {
  return `${name}-token`;
}
