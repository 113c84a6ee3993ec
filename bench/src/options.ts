import { parseArgs } from "node:util";
import { CASE_NAMES, type CaseName } from "./cases.ts";

export interface Options {
  readonly help: boolean;
  /** The file for the figures as JSON. */
  readonly json: string | null;
  /** Few tokens and short rounds, to check that everything runs. The figures mean nothing. */
  readonly quick: boolean;
  /** The cases to run; the bare server always runs. */
  readonly cases: readonly CaseName[];
  readonly rounds: number;
  readonly roundMs: number;
  readonly connections: number;
  /** A folder for a CPU profile of each server under test. */
  readonly profile: string | null;
}

export const USAGE: string = `usage: npm run bench -- [options]
  --json FILE        write the figures to FILE
  --only CASE        run this case only (may be repeated): ${CASE_NAMES.join(", ")}
  --rounds N         rounds of each case (7)
  --round-ms MS      length of a round (1500)
  --connections N    connections that each send one request at a time (50)
  --profile FOLDER   write a CPU profile of each server there
  --quick            few tokens and short rounds, to see that it runs
`;

export type ParsedOptions =
  | { readonly ok: true; readonly value: Options }
  | { readonly ok: false; readonly problem: string };

export function parseOptions(args: readonly string[]): ParsedOptions {
  try {
    return { ok: true, value: read(args) };
  } catch (error) {
    return { ok: false, problem: (error as Error).message };
  }
}

function read(args: readonly string[]): Options {
  const { values } = parseArgs({
    args: [...args],
    options: {
      help: { type: "boolean", default: false },
      json: { type: "string" },
      quick: { type: "boolean", default: false },
      only: { type: "string", multiple: true },
      rounds: { type: "string" },
      "round-ms": { type: "string" },
      connections: { type: "string" },
      profile: { type: "string" },
    },
  });
  const { quick } = values;
  return {
    help: values.help,
    json: values.json ?? null,
    quick,
    cases: values.only?.map(caseName) ?? CASE_NAMES,
    rounds: count(values.rounds, quick ? 1 : 7),
    roundMs: count(values["round-ms"], quick ? 200 : 1500),
    connections: count(values.connections, quick ? 10 : 50),
    profile: values.profile ?? null,
  };
}

function caseName(text: string): CaseName {
  const name = CASE_NAMES.find((candidate) => candidate === text);
  if (name === undefined) throw new Error(`there is no case "${text}"; there are ${CASE_NAMES.join(", ")}`);
  return name;
}

function count(text: string | undefined, preset: number): number {
  if (text === undefined) return preset;
  if (!/^[1-9]\d{0,6}$/.test(text)) throw new Error(`"${text}" is not a whole number of 1 or more`);
  return Number(text);
}
