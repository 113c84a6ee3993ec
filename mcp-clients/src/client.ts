// The public types of an AI client and of one connection. A client's own file describes its configuration; set-up.ts turns
// this into the texts of one connection.

/**
 * Where the secret stays once the client is connected.
 * `environment`: the configuration names a variable, which the client inherits from its terminal.
 * `prompt`: the client asks for the secret once and keeps it in its own secret storage.
 * `bridge`: the client starts `mintmark mcp bridge`, which reads the secret from the system's keyring.
 * `literal`: the configuration contains the secret.
 */
export type McpHolding = "environment" | "prompt" | "bridge" | "literal";

export type McpSystem = "macos" | "linux" | "windows";

export type McpShell = "posix" | "powershell";

export interface McpSetupRequest {
  /** The address of the MCP server: `https://mintmark.example.com/mcp`. */
  readonly url: string;
  /** The name of the server in the client: `A`–`Z`, `a`–`z`, digits, `-` and `_`. */
  readonly name?: string;
  readonly holding: McpHolding;
  readonly system: McpSystem;
  /** For `literal` only. Without one the text holds {@link TOKEN_PLACEHOLDER}. */
  readonly secret?: string;
  /** For `bridge` only: the profile of the `mintmark` command, if its name is not that of the host. */
  readonly profile?: string;
  /** For `bridge` only: the words that start the `mintmark` command, if its name is not enough to find it. */
  readonly program?: readonly [command: string, ...args: string[]];
}

export interface McpCommand {
  readonly shell: McpShell;
  readonly text: string;
}

export interface McpFile {
  /** The path where the client reads it, or a description of how to open it in the client. */
  readonly path: string;
  /** A second path, for one project only. */
  readonly projectPath: string | null;
  readonly syntax: "json" | "toml";
  /** The whole file. In an existing file, add its entry to the others. */
  readonly text: string;
}

/** The texts of one connection. Only `file` and `command` of `literal` contain the secret. */
export interface McpSetup {
  readonly holding: McpHolding;
  /** The command that stores the secret for the client. It asks for the secret, so no shell history contains it. */
  readonly preparation: McpCommand | null;
  readonly file: McpFile;
  /** Does the same as editing the file. */
  readonly command: McpCommand | null;
  /** Opens the client and does the same. The link leads directly to the program, not to a web site. */
  readonly link: string | null;
  /** Things that surprise people about this client and this way. */
  readonly notes: readonly string[];
}

export interface McpClient {
  readonly id: string;
  readonly name: string;
  /** A short description, for people who search their client. */
  readonly description: string;
  readonly kind: "terminal" | "editor" | "app" | "any";
  /** The supported ways, best first: those that keep the secret out of files. */
  readonly holdings: readonly [McpHolding, ...McpHolding[]];
  /** How to see in the client whether it is connected. */
  readonly check: string;
  /** Things to check when no call arrives. */
  readonly troubleshooting: readonly string[];
  /** Throws a RangeError for a way that the client does not support, and for an ambiguous name or address. */
  readonly setUp: (request: McpSetupRequest) => McpSetup;
}

/** It stands for an unknown secret. */
export const TOKEN_PLACEHOLDER = "YOUR_TOKEN";
/** The variable that `environment` names. */
export const TOKEN_VARIABLE = "MINTMARK_TOKEN";
export const DEFAULT_SERVER_NAME = "mintmark";
