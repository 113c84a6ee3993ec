// The `mintmark` command: what bin/mintmark.mjs loads. commands/ holds one command per file, run.ts turns
// arguments into an exit code, and only this file touches the process.
// Rule: commands reach an instance through its public HTTP API; only `serve`, `migrate` and `setup-code`
// load the server, and they load it when they run, so that every other command starts fast.
// Deliberately absent: a token as an argument or an option, anywhere.
import process from "node:process";
import { VERSION } from "../version.ts";

const args = process.argv.slice(2);

const isServer = args.includes("serve");

// Whoever reads the output may stop reading, as `head` does; that is no error. It does not end a server.
for (const stream of [process.stdout, process.stderr]) {
  stream.on("error", (error: NodeJS.ErrnoException) => {
    if (error.code !== "EPIPE") throw error;
    if (!isServer) process.exit();
  });
}

// Scripts ask for the version before everything else, and often: nothing else is loaded for it.
if (args.length === 1 && (args[0] === "--version" || args[0] === "-V")) process.stdout.write(`${VERSION}\n`);
else if (isServer) process.exit(await runCommand());
else process.exitCode = await runCommand();

async function runCommand(): Promise<number> {
  const { EXIT } = await import("./exit.ts");
  // The server ends gracefully by itself; every other command ends at once, and leaves no half-written file.
  if (!isServer) process.once("SIGINT", () => process.exit(EXIT.interrupted));
  const { loadCliConfig, nameSessionBus, withholdSecrets } = await import("../config/cli-config.ts");
  const config = loadCliConfig();
  withholdSecrets();
  nameSessionBus();
  const { run } = await import("./run.ts");
  return run(args, config, process);
}
