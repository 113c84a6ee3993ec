// docs/client-configurations.md, made from the same module as the page /connect and `mintmark mcp config`, so that the
// three cannot disagree. The build of the web app and `npm run client-guide` write it; it is not committed.
import {
  findMcpClient,
  MCP_CLIENTS,
  type McpClient,
  type McpHolding,
  type McpSetup,
} from "../mcp-clients/src/index.ts";

const ADDRESS = "https://mintmark.example.com/mcp";

const INTRODUCTION = `# Client configurations

This page has the configuration of each AI client for the MCP server of an instance at
\`${ADDRESS}\`. In an existing file, add the entry to the others. [AI clients](ai-clients.md#where-the-secret-stays)
explains the ways; the first way of a client is the best one at keeping the secret out of files.

The page *Connect an AI client* (\`/connect\`) has the same with your token filled in, install links for Cursor and VS
Code, and the forms for PowerShell. \`mintmark mcp config\` prints it.

## Preparation
`;

const WAYS: Readonly<Record<McpHolding, string>> = {
  environment: "Environment variable",
  prompt: "Prompt",
  bridge: "Bridge",
  literal: "Literal",
};

export function clientGuide(): string {
  const ways = (Object.keys(WAYS) as McpHolding[]).map(drawNeeds).filter((needs) => needs !== "");
  return [INTRODUCTION, ...ways, ...MCP_CLIENTS.map(drawClient)].join("\n");
}

/** The preparation that is the same for every client. Empty for a way that needs none. */
function drawNeeds(holding: McpHolding): string {
  const notes = sharedNotes(holding, "the client");
  const preparation = holding === "environment" || holding === "bridge" ? preparationOf(generic(), holding) : "";
  if (notes.length === 0) return "";
  const blocks = preparation === "" ? [] : [fence("sh", preparation)];
  return [`**${WAYS[holding]}**\n`, ...blocks, `${list(notes)}\n`].join("\n");
}

function drawClient(client: McpClient): string {
  const ways = client.holdings.map((holding) => drawWay(client, holding));
  const help = list([client.check, ...client.troubleshooting]);
  return [`## ${client.name}\n`, `${client.description}. ${drawPlace(client)}\n`, ...ways, `${help}\n`].join("\n");
}

function drawWay(client: McpClient, holding: McpHolding): string {
  const { preparation, file, command, notes } = setUp(client, holding);
  const shared = new Set(sharedNotes(holding, client.name));
  const own = notes.filter((note) => !shared.has(note));
  // The last line of what prepares it starts the client.
  const start = holding === "environment" ? `, then start it there: \`${preparation?.text.split("\n").at(-1)}\`` : "";
  return [
    `**${WAYS[holding]}**${start}\n`,
    fence(file.syntax, file.text),
    ...(command === null ? [] : ["or, instead of editing the file:\n", drawCommand(client, command.text)]),
    ...(own.length === 0 ? [] : [`${list(own)}\n`]),
  ].join("\n");
}

function drawCommand({ name }: McpClient, text: string): string {
  return fence("sh", `# not run by npm test: needs ${name}\n${text}`);
}

/** The path of its file below the home folder, or a description of how to open it in the client. */
function drawPlace(client: McpClient): string {
  const { path, projectPath } = setUp(client, client.holdings[0]).file;
  const on = (system: "macos" | "windows"): string => setUp(client, client.holdings[0], system).file.path;
  if (!/^[~%]/.test(path)) return `${path}.${projectPath === null ? "" : ` For one project: \`${projectPath}\`.`}`;
  const places = [
    `\`${path}\``,
    ...(on("macos") === path ? [] : [`on macOS \`${on("macos")}\``]),
    `on Windows \`${on("windows")}\``,
    ...(projectPath === null ? [] : [`for one project \`${projectPath}\``]),
  ];
  return `File: ${places.join(", ")}.`;
}

/** The notes that a way has for every client: those that two very different clients share. */
function sharedNotes(holding: McpHolding, name: string): readonly string[] {
  const clients = [generic(), findMcpClient("claude-code")].filter((client) => client !== null);
  const [one = [], other = []] = clients.map((client) =>
    client.holdings.includes(holding)
      ? setUp(client, holding).notes.map((note) => note.replaceAll(client.name, name))
      : [],
  );
  return one.filter((note) => other.includes(note));
}

function generic(): McpClient {
  const client = findMcpClient("generic");
  if (client === null) throw new Error("there is no client for those without an entry");
  return client;
}

/** Without the line that starts the client. */
function preparationOf(client: McpClient, holding: McpHolding): string {
  const text = setUp(client, holding).preparation?.text ?? "";
  return holding === "environment" ? text.split("\n").slice(0, -1).join("\n") : text;
}

function setUp(client: McpClient, holding: McpHolding, system: "macos" | "linux" | "windows" = "linux"): McpSetup {
  return client.setUp({ url: ADDRESS, holding, system });
}

function list(lines: readonly string[]): string {
  return lines.map((line) => `- ${line}`).join("\n");
}

function fence(language: string, text: string): string {
  return `\`\`\`${language}\n${text.trimEnd()}\n\`\`\`\n`;
}
