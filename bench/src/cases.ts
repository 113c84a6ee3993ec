// What is measured: an engine, how many tokens it holds, and what the requests carry.

export interface Case {
  readonly engine: "sqlite" | "postgres";
  readonly tokens: number;
  /** `junk` has the shape of a token and a checksum that does not match. */
  readonly credential: "valid" | "junk";
}

const CASES = {
  "sqlite-1": { engine: "sqlite", tokens: 1, credential: "valid" },
  "sqlite-1e4": { engine: "sqlite", tokens: 1e4, credential: "valid" },
  "sqlite-1e6": { engine: "sqlite", tokens: 1e6, credential: "valid" },
  "sqlite-1e6-junk": { engine: "sqlite", tokens: 1e6, credential: "junk" },
  "postgres-1": { engine: "postgres", tokens: 1, credential: "valid" },
  "postgres-1e4": { engine: "postgres", tokens: 1e4, credential: "valid" },
  "postgres-1e6": { engine: "postgres", tokens: 1e6, credential: "valid" },
} as const satisfies Record<string, Case>;

export type CaseName = keyof typeof CASES;

export const CASE_NAMES: readonly CaseName[] = Object.keys(CASES) as CaseName[];

/** Names the store of a case; cases on one store share its instance. */
export function storeOf({ engine, tokens }: Case): string {
  return `${engine}-${tokens}`;
}

/** Tokens in the largest store of a quick run. */
const QUICK_TOKENS = 100;

/** The case as it is run; a quick run keeps its name and shrinks its store. */
export function caseOf(name: CaseName, quick: boolean): Case {
  const chosen: Case = CASES[name];
  return quick ? { ...chosen, tokens: Math.min(chosen.tokens, QUICK_TOKENS) } : chosen;
}
