// `npm run bench:sdk`: what the SDK's middleware adds to its round trip. The promise: at most 30 µs for each request.
import process from "node:process";
import { parseArgs } from "node:util";
import { measureInMemory, measureOverHttp, type Overhead } from "./overhead.ts";

const BAR_US = 30;

const { values } = parseArgs({
  options: { rounds: { type: "string", default: "31" }, requests: { type: "string", default: "1000" } },
});
const options = {
  rounds: Math.max(1, Number.parseInt(values.rounds, 10) || 1),
  requests: Math.max(1, Number.parseInt(values.requests, 10) || 1),
};

process.stdout.write("                    alone µs   guarded µs    ratio     adds µs\n");
process.stdout.write(row("over HTTP", await measureOverHttp(options)));
const inMemory = await measureInMemory(options);
process.stdout.write(row("without a network", inMemory));
process.stdout.write(`The SDK adds ${inMemory.addedUs.toFixed(1)} µs to a round trip; the bar is ${BAR_US} µs.\n`);

function row(name: string, { aloneUs, guardedUs, addedUs }: Overhead): string {
  const cells = [aloneUs.toFixed(1), guardedUs.toFixed(1), (guardedUs / aloneUs).toFixed(2), addedUs.toFixed(1)];
  return `${name.padEnd(18)}${cells.map((cell, index) => cell.padStart([10, 13, 9, 12][index] ?? 0)).join("")}\n`;
}
