// Prints how to connect an AI client: the file and its content, or the command or link that does the same. None of them
// contains the secret, which stays where `mintmark login` stored it, or in the client.
import { findMcpClient, MCP_CLIENTS, type McpClient, type McpHolding, type McpSetup } from "@mintmark/mcp-clients";
import { usageFailure } from "@mintmark/terminal";
import { loginCommand } from "../authentication-advice.ts";
import { chooseLogin, type HostOptions } from "../choose-login.ts";
import { type Context, openMemory } from "../context.ts";
import { accountOf, isNamedAfterHost, type Login } from "../profile.ts";
import { presentSystem, thisProgram } from "./client-files.ts";
import { writeEntry } from "./write-entry.ts";

export interface ConfigOptions extends HostOptions {
  readonly list?: boolean;
  readonly via?: McpHolding;
  readonly name?: string;
  readonly fullPath?: boolean;
  readonly write?: boolean;
}

/** The text after the client's name. A fourth way, the secret in the file, is not offered here. */
const WAY: Readonly<Record<Exclude<McpHolding, "literal">, string>> = {
  bridge: "through mintmark mcp bridge; the token stays where mintmark login stored it",
  environment: "by URL; the token comes from the environment variable MINTMARK_TOKEN",
  prompt: "by URL; the client asks for the token and stores it",
};

export function printConfig(context: Context, id: string | undefined, options: ConfigOptions): void {
  if (options.list === true) return printList(context);
  const client = chooseClient(id);
  const { settings } = openMemory(context);
  const login = chooseLogin(context, settings, options);
  const via = options.via ?? "bridge";
  const setup = setUp(client, login, via, options);
  const written = options.write === true ? writeEntry(client, setup, options.name) : null;
  const needsLogin = via === "bridge" && settings.storeOf(accountOf(login)) === null;
  const { output } = context;
  output.result({ client: { id: client.id, name: client.name }, host: login.host, ...setup, written }, () => {
    if (written === null) printSetup(context, client, setup, needsLogin ? loginCommand(login) : null);
    else {
      output.line(`${written.isChanged ? "Written to" : "Nothing to write: the entry is already in"} ${written.path}`);
      if (written.backup !== null) output.line(`Backup of the file: ${written.backup}`);
      for (const note of setup.notes) output.line(note);
    }
  });
  if (needsLogin && written !== null) {
    output.warning("credentials_missing", `no token is stored for ${login.host}: run ${loginCommand(login)}`);
  }
}

function printList({ output }: Context): void {
  const items = MCP_CLIENTS.map(({ id, name, description, holdings }) => ({
    id,
    name,
    description,
    ways: holdings.filter((holding) => holding !== "literal"),
  }));
  output.result({ items }, () =>
    output.table(
      ["ID", "NAME", "WAYS"],
      items.map(({ id, name, ways }) => [id, name, ways.join(", ")]),
    ),
  );
}

function chooseClient(id: string | undefined): McpClient {
  const hint = "see mintmark mcp config --list";
  if (id === undefined) throw usageFailure("name an AI client", hint);
  const client = findMcpClient(id);
  if (client === null) throw usageFailure("there is no AI client with this name", hint);
  return client;
}

function setUp(client: McpClient, login: Login, holding: McpHolding, options: ConfigOptions): McpSetup {
  if (!client.holdings.includes(holding)) {
    const others = client.holdings.filter((way) => way !== "literal").join(" or ");
    throw usageFailure(`${client.name} has no way "${holding}"`, `use --via ${others}`);
  }
  const url = new URL("/mcp", login.host).href;
  const named = {
    ...(isNamedAfterHost(login) ? {} : { profile: login.profile }),
    ...(options.name === undefined ? {} : { name: options.name }),
    ...(options.fullPath === true ? { program: thisProgram() } : {}),
  };
  try {
    return client.setUp({ url, holding, system: presentSystem(), ...named });
  } catch (error) {
    if (error instanceof RangeError) throw usageFailure(error.message);
    throw error;
  }
}

/** `logIn` is the command to run first, or `null`. */
function printSetup({ output }: Context, client: McpClient, setup: McpSetup, logIn: string | null): void {
  const { file, command, link, preparation, notes, holding } = setup;
  const block = (title: string, text: string): void => {
    output.line({ text: title, style: "bold" });
    for (const line of text.trimEnd().split("\n")) output.line(`  ${line}`);
    output.line("");
  };
  if (holding !== "literal") output.line(`${client.name}, ${WAY[holding]}`);
  output.line("");
  if (logIn !== null) block("First log in:", logIn);
  if (preparation !== null && holding !== "bridge") block("Start it where the token is:", preparation.text);
  if (command !== null) block("Run:", command.text);
  if (link !== null) block(command === null ? "Open:" : "Or open:", link);
  block(command === null && link === null ? `In ${file.path}:` : `Or write in ${file.path}:`, file.text);
  if (file.projectPath !== null) output.line(`For one project alone, the same in its ${file.projectPath}`);
  for (const note of notes) output.line(note);
  output.line(client.check);
}
