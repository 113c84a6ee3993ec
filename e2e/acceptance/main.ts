// `npm run acceptance`: AI clients that others wrote, in the versions of clients.json, against a real instance. Each
// connects with a token as its documents say, offline and in an empty home, lists the tools, and is refused at the next
// call after the token was revoked. The exit code is 1 when one fails, 2 when one could not be installed: what was not
// run has not passed. Names of clients as arguments run those alone.
import process from "node:process";
import { claudeCode } from "./claude-code.ts";
import type { AcceptedClient } from "./client.ts";
import manifest from "./clients.json" with { type: "json" };
import { codex } from "./codex.ts";
import { geminiCli } from "./gemini-cli.ts";
import { inspector } from "./inspector.ts";
import { type ClientPackage, installClient } from "./install.ts";
import { mcpRemote } from "./mcp-remote.ts";
import { openWorld, type World } from "./world.ts";

const CLIENTS: readonly AcceptedClient[] = [inspector, mcpRemote, claudeCode, geminiCli, codex];
const PACKAGES: Readonly<Record<string, ClientPackage>> = manifest;

interface Result {
  readonly state: "passed" | "FAILED" | "NOT RUN";
  readonly detail: string;
}

async function tryClient(world: World, client: AcceptedClient): Promise<Result> {
  const wanted = PACKAGES[client.id];
  if (wanted === undefined) throw new Error(`${client.id} is not in clients.json`);
  let bin: string;
  try {
    bin = await installClient(wanted);
  } catch (error) {
    return { state: "NOT RUN", detail: `it could not be installed: ${messageOf(error)}` };
  }
  try {
    await world.visit(client.name, (visit) => client.accept(visit, bin));
    return { state: "passed", detail: client.shows };
  } catch (error) {
    return { state: "FAILED", detail: messageOf(error) };
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

// Only then is there an exit, at which the clients are ended too.
for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => process.exit(130));
const asked = process.argv.slice(2);
const chosen = CLIENTS.filter(({ id }) => asked.length === 0 || asked.includes(id));
if (chosen.length === 0) throw new Error(`there are only ${CLIENTS.map(({ id }) => id).join(", ")}`);
const world = await openWorld();
const states = new Set<Result["state"]>();
try {
  for (const client of chosen) {
    const { state, detail } = await tryClient(world, client);
    states.add(state);
    process.stdout.write(`${state}  ${client.name} ${PACKAGES[client.id]?.version ?? ""}: ${detail}\n`);
  }
} finally {
  await world.close();
}
process.exitCode = states.has("FAILED") ? 1 : states.has("NOT RUN") ? 2 : 0;
