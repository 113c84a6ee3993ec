// One connection of one client. The same rules apply to every client, whatever the form of its configuration.
import { isLoopbackOrigin } from "@mintmark/core/input";
import {
  DEFAULT_SERVER_NAME,
  type McpClient,
  type McpCommand,
  type McpHolding,
  type McpSetup,
  type McpSetupRequest,
  type McpShell,
  type McpSystem,
  TOKEN_PLACEHOLDER,
  TOKEN_VARIABLE,
} from "./client.ts";
import { type ClientForm, type LocalServer, onSystem, promptId, type ServerEntry } from "./form.ts";
import { shellCommand } from "./quoting.ts";

/** Without characters that a client could expand, and without a user name or a password. */
const ADDRESS =
  /^(https?:\/\/(?:\[[0-9A-Fa-f:.]+\]|[A-Za-z0-9._~-]+)(?::\d{1,5})?)(?:[/?][A-Za-z0-9\-._~:/?@!&'()*+,;=%]*)?$/;
const SERVER_NAME = /^[A-Za-z0-9_-]{1,64}$/;
/** Printable, and nothing that a client could take for a reference or that ends a header. */
const SECRET = /^[A-Za-z0-9._~+/=-]+$/;
const PROFILE = /^[A-Za-z0-9[][A-Za-z0-9.:_[\]-]{0,99}$/;

export function clientOf(form: ClientForm): McpClient {
  const { id, name, description, kind, holdings, check, troubleshooting } = form;
  return { id, name, description, kind, holdings, check, troubleshooting, setUp: (request) => setUp(form, request) };
}

function setUp(form: ClientForm, request: McpSetupRequest): McpSetup {
  const { url, name = DEFAULT_SERVER_NAME, holding, system, secret = TOKEN_PLACEHOLDER, profile, program } = request;
  if (!form.holdings.includes(holding)) throw new RangeError(`${form.name} has no way "${holding}"`);
  if (!SERVER_NAME.test(name)) throw new RangeError("the server's name is letters, digits, - and _");
  if (!SECRET.test(secret)) throw new RangeError("this is not the text of a token");
  if (profile !== undefined && !PROFILE.test(profile)) throw new RangeError("this is not the name of a profile");
  const origin = originOf(url);
  const login = [...(profile === undefined ? [] : ["--profile", profile]), "--host", origin];
  const entry = entryOf(form, { url, login, name, holding, system, secret, program });
  const shell = shellOf(system);
  const words = form.command?.(name, entry, holding) ?? null;
  return {
    holding,
    preparation: preparationOf(form, holding, login, shell),
    file: {
      path: form.path[system],
      projectPath: form.projectPath ?? null,
      syntax: form.syntax,
      text: form.text(name, entry, holding),
    },
    command: words === null ? null : { shell, text: shellCommand(words, shell) },
    // Histories keep a link, and every program that opens it sees it. So no link contains a secret.
    link: holding === "literal" ? null : (form.link?.(name, entry, holding) ?? null),
    notes: [
      ...holdingNotes(form, holding, program !== undefined),
      ...(holding === "literal" && words !== null
        ? ["The shell's history keeps the command, and the token with it. The file avoids that."]
        : []),
      ...(form.notes?.(holding, system) ?? []),
      ...addressNotes(origin),
    ],
  };
}

/** The origin of the server. Throws for an invalid or ambiguous address. */
function originOf(url: string): string {
  const origin = ADDRESS.exec(url)?.[1];
  if (origin === undefined) throw new RangeError("this is not the address of an MCP server");
  return origin;
}

interface EntryParts extends Required<Omit<McpSetupRequest, "profile" | "program">> {
  /** The options of the `mintmark` command that lead to the server. */
  readonly login: readonly string[];
  readonly program: McpSetupRequest["program"];
}

function entryOf(form: ClientForm, { url, login, name, holding, system, secret, program }: EntryParts): ServerEntry {
  const remote = (inPlace: string): ServerEntry => ({ kind: "remote", url, authorization: `Bearer ${inPlace}` });
  switch (holding) {
    case "environment":
      return remote(form.reference?.(TOKEN_VARIABLE) ?? `\${${TOKEN_VARIABLE}}`);
    case "prompt":
      return remote(`\${input:${promptId(name)}}`);
    case "bridge":
      return bridge(program, login, system);
    case "literal":
      return form.literalBridge?.(url, secret, system) ?? remote(secret);
  }
}

function bridge(program: McpSetupRequest["program"], login: readonly string[], system: McpSystem): LocalServer {
  if (program !== undefined) {
    const [command, ...words] = program;
    return { kind: "local", command, args: [...words, "mcp", "bridge", ...login] };
  }
  return onSystem(system, "mintmark", ["mcp", "bridge", ...login]);
}

function shellOf(system: McpSystem): McpShell {
  return system === "windows" ? "powershell" : "posix";
}

function preparationOf(
  form: ClientForm,
  holding: McpHolding,
  login: readonly string[],
  shell: McpShell,
): McpCommand | null {
  if (holding === "bridge") {
    return { shell, text: shellCommand(["mintmark", "login", "--with-token", ...login], shell) };
  }
  if (holding !== "environment") return null;
  const text =
    shell === "posix"
      ? `read -rs ${TOKEN_VARIABLE} && export ${TOKEN_VARIABLE}\n${form.startedBy}`
      : `$env:${TOKEN_VARIABLE} = [Net.NetworkCredential]::new("", (Read-Host "Token" -AsSecureString)).Password\n${form.startedBy}`;
  return { shell, text };
}

function holdingNotes(form: ClientForm, holding: McpHolding, isFullPath: boolean): readonly string[] {
  switch (holding) {
    case "environment":
      return [
        `The variable is set in this terminal only. Start ${form.name} from it, or it does not get the token.`,
        `The mintmark command reads ${TOKEN_VARIABLE} too: in this terminal it acts with this token.`,
      ];
    case "bridge":
      return ["The mintmark command must be installed on this computer.", ...(isFullPath ? [] : [fullPathNote(form)])];
    case "literal":
      return ["Anyone who can read the file can act as you. Never commit it, never share it."];
    case "prompt":
      return [];
  }
}

function fullPathNote(form: ClientForm): string {
  return `If ${form.name} does not find mintmark, write its full path instead, as mintmark mcp config does with --full-path: programs that are not started from a terminal often look in fewer folders.`;
}

function addressNotes(origin: string): readonly string[] {
  if (origin.startsWith("https:") || isLoopbackOrigin(origin)) return [];
  return [
    "The server's address begins with http: anyone on the network path can read the token. Ask its operator for https.",
  ];
}
