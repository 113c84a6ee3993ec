// The cases of the benchmark: an engine, its number of tokens, and the credential of the requests.

export interface Case {
  readonly engine: "sqlite" | "postgres";
  readonly tokens: number;
  /** `junk` has the shape of a token and a checksum that does not match. */
  readonly credential: "valid" | "junk";
  /** The audit of uses: summed up, as by default, or each one durable before its response. */
  readonly audit: "summary" | "strict";
  /** `warm`: every token of the store is in the memory of verification, and is requested. `off`: every lookup reads. */
  readonly cache: "warm" | "off";
}

const CASES = {
  "sqlite-1": { engine: "sqlite", tokens: 1, credential: "valid", audit: "summary", cache: "off" },
  "sqlite-1e4": { engine: "sqlite", tokens: 1e4, credential: "valid", audit: "summary", cache: "off" },
  "sqlite-1e4-strict": { engine: "sqlite", tokens: 1e4, credential: "valid", audit: "strict", cache: "off" },
  "sqlite-1e5-warm": { engine: "sqlite", tokens: 1e5, credential: "valid", audit: "summary", cache: "warm" },
  "sqlite-1e6": { engine: "sqlite", tokens: 1e6, credential: "valid", audit: "summary", cache: "off" },
  "sqlite-1e6-junk": { engine: "sqlite", tokens: 1e6, credential: "junk", audit: "summary", cache: "off" },
  "postgres-1": { engine: "postgres", tokens: 1, credential: "valid", audit: "summary", cache: "off" },
  "postgres-1e4": { engine: "postgres", tokens: 1e4, credential: "valid", audit: "summary", cache: "off" },
  "postgres-1e4-strict": { engine: "postgres", tokens: 1e4, credential: "valid", audit: "strict", cache: "off" },
  "postgres-1e5-warm": { engine: "postgres", tokens: 1e5, credential: "valid", audit: "summary", cache: "warm" },
  "postgres-1e6": { engine: "postgres", tokens: 1e6, credential: "valid", audit: "summary", cache: "off" },
} as const satisfies Record<string, Case>;

export type CaseName = keyof typeof CASES;

export const CASE_NAMES: readonly CaseName[] = Object.keys(CASES) as CaseName[];

/** Names the store of a case; cases on one store share its instance. */
export function storeOf({ engine, tokens, audit, cache }: Case): string {
  return `${engine}-${tokens}-${audit}${cache === "warm" ? "-warm" : ""}`;
}

/** The case that a strict one is compared with. It differs only in the audit. */
export function summaryOf(name: CaseName): CaseName | null {
  return CASE_NAMES.find((other) => `${other}-strict` === name) ?? null;
}

/** Tokens in the largest store of a quick run. */
const QUICK_TOKENS = 100;

/** The case for this run. A quick run keeps its name and shrinks its store. */
export function caseOf(name: CaseName, quick: boolean): Case {
  const chosen: Case = CASES[name];
  return quick ? { ...chosen, tokens: Math.min(chosen.tokens, QUICK_TOKENS) } : chosen;
}
