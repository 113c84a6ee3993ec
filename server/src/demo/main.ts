// The entry of `npm run demo`: fills the demo, prints its address and accounts, and serves it until a signal ends it.
// The passwords are printed once and exist nowhere else in plaintext.
import process from "node:process";
import { type Config, ConfigError, loadConfig } from "../config/config.ts";
import { endOfRun, startProblem } from "../serve.ts";
import { type Demo, startDemo } from "./demo.ts";

process.exitCode = await run();

async function run(): Promise<number> {
  let config: Config | null = null;
  let demo: Demo;
  try {
    config = loadConfig();
    demo = await startDemo(config);
  } catch (error) {
    const problem =
      error instanceof ConfigError || config === null ? (error as Error).message : startProblem(error, config);
    process.stderr.write(`mintmark: error: ${problem}\n`);
    return error instanceof ConfigError ? 2 : 1;
  }
  process.stdout.write(greeting(demo));
  await endOfRun();
  await demo.close();
  return 0;
}

function greeting({ instance, host, file, accounts }: Demo): string {
  const width = Math.max(...accounts.map(({ email }) => email.length));
  const people = host.people.map(
    ({ email, password, role }) => `  ${email.padEnd(width)}  ${password}  ${role} of its team`,
  );
  const lines = accounts.map(({ email, password, as }) => `  ${email.padEnd(width)}  ${password}  ${as}`);
  return `The Mintmark demo is ready at ${instance.deps.settings.baseUrl}

Sign in as
${lines.join("\n")}

Its product beside it, with its own sign-in and the tokens in its settings, is at ${host.origin}. Sign in there as
${people.join("\n")}

Northwind Robotics and everybody in it are invented. The data is in ${file}
and is deleted when the demo ends.
`;
}
