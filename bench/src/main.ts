// The benchmark: the cost of a verification, as a ratio to a bare `node:http` server measured in the same run on the
// same machine. `npm run bench -- --help` lists the options for a shorter run.
// Rule: a figure is a median over rounds that alternate between the bare server and the one under test, so
// that a machine which slows down in between slows both; server and load run on different cores, and the
// table says so when they could not.
// Deliberately absent: assertions on times. The tests of this workspace prove the harness, not the machine.
import { writeFileSync } from "node:fs";
import process from "node:process";
import { parseOptions, USAGE } from "./options.ts";
import { formatReport, formatTable } from "./report.ts";
import { runBenchmark } from "./run.ts";

const options = parseOptions(process.argv.slice(2));
if (!options.ok) {
  process.stderr.write(`bench: error: ${options.problem}\n${USAGE}`);
  process.exitCode = 2;
} else if (options.value.help) {
  process.stdout.write(USAGE);
} else {
  const results = await runBenchmark(options.value, (line) => process.stderr.write(`bench: ${line}\n`));
  process.stdout.write(formatTable(results));
  if (options.value.json !== null) writeFileSync(options.value.json, formatReport(results));
}
