// `npm run bench:pages`: the cost of the web app on a slow machine. It measures the size of the first page's scripts, and
// the time until that page can be used, on a processor slowed down four times. A page of one heading, and the
// list of somebody without tokens, are measured in the same run for comparison.
// Rule: every visit is a first one without a cache, and a figure is a median over rounds that alternate between pages.
// The promise: less than 250 KB of script, compressed, and less than 1500 ms. A test adds up the bytes; times are
// asserted nowhere, because they are the machine's as much as the page's.
import process from "node:process";
import { parseArgs } from "node:util";
import { launchChromium } from "../../../tests/support/chromium.ts";
import { median } from "../report.ts";
import { measureVisit, type Visit } from "./measure-visit.ts";
import { openPages } from "./pages.ts";

const { values } = parseArgs({ options: { rounds: { type: "string", default: "7" } } });
const rounds = Math.max(1, Number.parseInt(values.rounds, 10) || 1);

const pages = await openPages();
const browser = await launchChromium();
try {
  const visits = new Map<string, Visit[]>(pages.list.map(({ name }) => [name, []]));
  for (let round = 0; round < rounds; round++) {
    for (const page of pages.list) visits.get(page.name)?.push(await measureVisit(browser, page));
  }
  process.stdout.write(table(visits));
} finally {
  await browser.close();
  await pages.close();
}

function table(visits: ReadonlyMap<string, readonly Visit[]>): string {
  const rows = [["", "script KB", "painted ms", "usable ms", "longest task ms", "blocked ms", "elements"]];
  for (const [name, all] of visits) {
    const of = (figure: (visit: Visit) => number): string => median(all.map(figure)).toFixed(0);
    rows.push([
      name,
      of(({ scriptBytes }) => scriptBytes / 1000),
      of(({ paintedMs }) => paintedMs),
      of(({ usableMs }) => usableMs),
      of(({ longestTaskMs }) => longestTaskMs),
      of(({ blockedMs }) => blockedMs),
      of(({ elements }) => elements),
    ]);
  }
  const lines = rows.map(([name = "", ...cells]) => name.padEnd(24) + cells.map((cell) => cell.padStart(17)).join(""));
  return `${lines.join("\n")}\n`;
}
