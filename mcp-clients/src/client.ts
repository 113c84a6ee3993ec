// What the module promises about a client and about connecting it. A client's own file says how its configuration is
// written; set-up.ts turns that into the texts of one connection.

/**
 * Where the secret stays once the client is connected.
 * `environment`: the configuration names a variable, and the client is started where that is set.
 * `prompt`: the client asks for it once and keeps it in its own secret storage.
 * `bridge`: the client starts `mintmark mcp bridge`, which takes it from the system's keyring.
 * `literal`: it is written into the configuration.
 */
export type McpHolding = "environment" | "prompt" | "bridge" | "literal";

export type McpSystem = "macos" | "linux" | "windows";

export type McpShell = "posix" | "powershell";

export interface McpSetupRequest {
  /** The address of the MCP server: `https://mintmark.example.com/mcp`. */
  readonly url: string;
  /** What the client calls the server: letters, digits, `-` and `_`. */
  readonly name?: string;
  readonly holding: McpHolding;
  readonly system: McpSystem;
  /** Used by `literal` alone. Without one the text holds {@link TOKEN_PLACEHOLDER}. */
  readonly secret?: string;
  /** Used by `bridge` alone: the login of the `mintmark` command to use, where its name says more than the address. */
  readonly profile?: string;
  /** Used by `bridge` alone: the words that start the `mintmark` command, where its name is not enough to find it. */
  readonly program?: readonly [command: string, ...args: string[]];
}

export interface McpCommand {
  readonly shell: McpShell;
  readonly text: string;
}

export interface McpFile {
  /** Where the client looks for it, or in words how the client opens it. */
  readonly path: string;
  /** A second place, that holds for one project alone. */
  readonly projectPath: string | null;
  readonly syntax: "json" | "toml";
  /** The whole file. In a file that exists already its entry stands beside the others. */
  readonly text: string;
}

/** All of one connection. No text but `file` and `command` of `literal` ever holds the secret. */
export interface McpSetup {
  readonly holding: McpHolding;
  /** What puts the secret where the client finds it, asking for it: it is in no text and in no history of a shell. */
  readonly preparation: McpCommand | null;
  readonly file: McpFile;
  /** Does the same as editing the file. */
  readonly command: McpCommand | null;
  /** Opens the client and does the same. It goes straight to the program, through nobody's web site. */
  readonly link: string | null;
  /** What has surprised people with this client and this way. */
  readonly notes: readonly string[];
}

export interface McpClient {
  readonly id: string;
  readonly name: string;
  /** What it is, for people who look for theirs. */
  readonly description: string;
  readonly kind: "terminal" | "editor" | "app" | "any";
  /** What it can do, the way that keeps the secret out of files first. */
  readonly holdings: readonly [McpHolding, ...McpHolding[]];
  /** How to see in the client whether it is connected. */
  readonly check: string;
  /** What to look at when no call arrives. */
  readonly troubleshooting: readonly string[];
  /** Throws a RangeError for a way that the client does not have, and for a name or an address that it could misread. */
  readonly setUp: (request: McpSetupRequest) => McpSetup;
}

/** What stands for a secret that is not known. */
export const TOKEN_PLACEHOLDER = "YOUR_TOKEN";
/** The variable that `environment` names. */
export const TOKEN_VARIABLE = "MINTMARK_TOKEN";
export const DEFAULT_SERVER_NAME = "mintmark";
