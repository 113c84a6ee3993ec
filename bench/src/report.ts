// The figures of a run: medians over its rounds, as a table for people and as JSON.
import { type CaseName, summaryOf } from "./cases.ts";
import type { Results, Round } from "./run.ts";

interface Figures {
  readonly rps: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly cpuUs: number;
  /** Requests per second as a share of the bare server's in the round directly before. */
  readonly ratio?: number;
  /** Of a strict case: requests per second as a share of the same case with summed-up audit, each measured against the bare server. */
  readonly ratioToSummary?: number;
}

export function formatTable(results: Results): string {
  const rows: string[][] = [["", "requests/s", "ratio", "of summary", "p50 ms", "p99 ms", "CPU µs", "busy"]];
  const add = (name: string, figures: Figures, rounds: readonly Round[]): void => {
    rows.push([
      name,
      figures.rps.toFixed(0),
      figures.ratio?.toFixed(2) ?? "1",
      figures.ratioToSummary?.toFixed(2) ?? "",
      figures.p50Ms.toFixed(2),
      figures.p99Ms.toFixed(2),
      figures.cpuUs.toFixed(1),
      `${(100 * median(rounds.map(({ busy }) => busy))).toFixed(0)} %`,
    ]);
  };
  add("bare", figuresOf(results.bare), results.bare);
  for (const name of results.cases.keys()) {
    add(
      name,
      caseFigures(results, name),
      roundsOf(results, name).map(({ round }) => round),
    );
  }
  const widths = (rows[0] as string[]).map((_, column) =>
    Math.max(...rows.map((row) => (row[column] as string).length)),
  );
  const lines = rows.map((row) =>
    row
      .map((cell, column) =>
        column === 0 ? cell.padEnd(widths[0] as number) : cell.padStart(widths[column] as number),
      )
      .join("  "),
  );
  return `${[results.machine, ...notesOn(results), "", ...lines].join("\n")}\n`;
}

export function formatReport(results: Results): string {
  const report: Record<string, unknown> = { bare: rounded(figuresOf(results.bare)) };
  for (const name of results.cases.keys()) report[name] = rounded(caseFigures(results, name));
  if (results.idleRssMb !== null) report["idle"] = rounded({ rssMb: results.idleRssMb });
  if (results.warmHeldMb !== null) report["warm"] = rounded({ heldMb: results.warmHeldMb });
  report["run"] = { machine: results.machine, pinned: results.isPinned, quick: results.isQuick };
  return `${JSON.stringify(report, null, 2)}\n`;
}

function notesOn(results: Results): string[] {
  const notes = [
    results.isPinned ? "servers on core 0; load and PostgreSQL on core 1" : "NOT pinned: processes disturb each other",
  ];
  if (results.isQuick) notes.push("a quick run: it shows that everything runs, the figures mean nothing");
  if (results.idleRssMb !== null) notes.push(`an idle instance holds ${results.idleRssMb.toFixed(0)} MB`);
  if (results.warmHeldMb !== null) {
    notes.push(`memory for all warm tokens and their uses: ${results.warmHeldMb.toFixed(0)} MB`);
  }
  if (median(results.bare.map(({ busy }) => busy)) < SATURATED) {
    notes.push("the bare server was NOT kept busy: the load or another process was slower than it, and ratios flatter");
  }
  return notes;
}

/** Below this share the server's core was idle at times, so another part was the limit. */
const SATURATED = 0.9;

function caseFigures(results: Results, name: CaseName): Figures {
  const rounds = roundsOf(results, name);
  return {
    ...figuresOf(rounds.map(({ round }) => round)),
    ratio: median(rounds.map(({ round, bare }) => round.rps / bare.rps)),
    ...ratioToSummary(results, name),
  };
}

function ratioToSummary(results: Results, name: CaseName): Pick<Figures, "ratioToSummary"> {
  const summary = summaryOf(name);
  const others = summary === null ? [] : roundsOf(results, summary);
  const shares = roundsOf(results, name).flatMap(({ round, bare }, index) => {
    const other = others[index];
    return other === undefined ? [] : [round.rps / bare.rps / (other.round.rps / other.bare.rps)];
  });
  return shares.length === 0 ? {} : { ratioToSummary: median(shares) };
}

function roundsOf(results: Results, name: CaseName): readonly { readonly round: Round; readonly bare: Round }[] {
  return results.cases.get(name) ?? [];
}

function figuresOf(rounds: readonly Round[]): Figures {
  const of = (figure: (round: Round) => number): number => median(rounds.map(figure));
  return {
    rps: of(({ rps }) => rps),
    p50Ms: of(({ p50Ms }) => p50Ms),
    p99Ms: of(({ p99Ms }) => p99Ms),
    cpuUs: of(({ cpuUs }) => cpuUs),
  };
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  const upper = sorted[middle] ?? Number.NaN;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? upper) + upper) / 2;
}

function rounded(figures: object): Record<string, number> {
  return Object.fromEntries(
    Object.entries(figures).map(([name, value]) => [name, Number(Number(value).toPrecision(4))]),
  );
}
