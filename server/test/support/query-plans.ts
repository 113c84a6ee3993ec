// What the databases do for a request: its statements as they were run, and the plans that the engine makes
// for them. A plan is checked by the rows that it reads, so that a page of a table of ten million rows costs one page.
import { join } from "node:path";
import { DatabaseSync, StatementSync } from "node:sqlite";
import { Client } from "pg";
import type { TestInstance } from "./instance.ts";

/** Tables that never grow: one row, and what is being put on record at this moment. */
const SMALL: ReadonlySet<string> = new Set(["instance", "event_clock", "follow_ups"]);

export interface QueryPlans {
  /** Runs the work and returns the problems in the plans of its statements: full scans, and sorts of everything. */
  faultsOf(work: () => Promise<unknown>): Promise<readonly string[]>;
  close(): Promise<void>;
}

export async function watchPlans(instance: Pick<TestInstance, "databaseUrl" | "folder">): Promise<QueryPlans> {
  return instance.databaseUrl === null ? watchSqlite(instance.folder) : await watchPostgres(instance.databaseUrl);
}

function watchSqlite(folder: string): QueryPlans {
  const database = new DatabaseSync(join(folder, "mintmark.db"), { readOnly: true });
  // oxlint-disable-next-line typescript/unbound-method -- put back as it was, and called with its own `this`
  const { all } = StatementSync.prototype;
  return {
    faultsOf: async (work) => {
      const statements = new Set<string>();
      const recording = function (this: StatementSync, ...values: Parameters<StatementSync["all"]>) {
        const rows = all.apply(this, values);
        statements.add(this.expandedSQL);
        return rows;
      };
      // One of its two overloads is all that the store uses.
      StatementSync.prototype.all = recording as StatementSync["all"];
      try {
        await work();
      } finally {
        StatementSync.prototype.all = all;
      }
      return [...statements].filter(isSelect).flatMap((statement) => {
        const plan = database.prepare(`explain query plan ${statement}`).all() as unknown as readonly SqliteStep[];
        // A table goes by its alias in a plan; what is not a table comes out of brackets.
        const brackets = [...statement.matchAll(/\) as "?(\w+)/g)].map(([, name = ""]) => name);
        const derived = new Set([...SMALL, "ending", "CONSTANT", ...brackets]);
        return plan
          .filter((step) => isSqliteFault(step, plan, derived))
          .map(({ detail }) => `${detail} in ${statement}`);
      });
    },
    close: () => Promise.resolve(database.close()),
  };
}

interface SqliteStep {
  readonly id: number;
  readonly parent: number;
  readonly detail: string;
}

/** A table is read without an index, or what is sorted comes from a table and not from pages that end by themselves. */
function isSqliteFault(
  { parent, detail }: SqliteStep,
  plan: readonly SqliteStep[],
  derived: ReadonlySet<string>,
): boolean {
  const isOfTable = (text: string): boolean => {
    const name = /^(?:SCAN|SEARCH) (\w+)/.exec(text)?.[1];
    return name !== undefined && !derived.has(name);
  };
  if (/^SCAN \w+$/.test(detail)) return isOfTable(detail);
  if (!/TEMP B-TREE FOR (ORDER|LAST)/.test(detail)) return false;
  return plan.some((step) => step.parent === parent && isOfTable(step.detail));
}

interface PostgresPlan {
  readonly "Node Type": string;
  readonly "Relation Name"?: string;
  readonly Plans?: readonly PostgresPlan[];
}

interface PostgresStatement {
  readonly text: string;
  readonly values: readonly unknown[];
}

/** The planner must avoid full scans and sorts, so that on a small table it uses them only if no index fits. */
const AVOID = ["seqscan", "sort", "incremental_sort", "bitmapscan", "hashjoin", "mergejoin"]
  .map((kind) => `set enable_${kind} = off`)
  .join("; ");

async function watchPostgres(url: string): Promise<QueryPlans> {
  const client = new Client({ connectionString: url });
  await client.connect();
  await client.query(AVOID);
  // oxlint-disable-next-line typescript/unbound-method -- put back as it was, and called with its own `this`
  const { query } = Client.prototype;
  const explain = async ({ text, values }: PostgresStatement): Promise<readonly string[]> => {
    const { rows } = await client.query<{ "QUERY PLAN": readonly [{ readonly Plan: PostgresPlan }] }>(
      `explain (format json) ${text}`,
      [...values],
    );
    return faultsIn((rows[0] as (typeof rows)[number])["QUERY PLAN"][0].Plan).map((fault) => `${fault} in ${text}`);
  };
  return {
    faultsOf: async (work) => {
      const statements = new Map<string, PostgresStatement>();
      Client.prototype.query = function (this: Client, ...given: unknown[]) {
        const [first, second] = given;
        const { text, values } =
          typeof first === "string" ? { text: first, values: second } : (first as Partial<PostgresStatement>);
        if (text !== undefined && isSelect(text))
          statements.set(text, { text, values: Array.isArray(values) ? values : [] });
        return (query as (...values: unknown[]) => unknown).apply(this, given);
      } as typeof query;
      try {
        await work();
      } finally {
        Client.prototype.query = query;
      }
      const faults: string[] = [];
      for (const statement of statements.values()) faults.push(...(await explain(statement)));
      return faults;
    },
    close: () => client.end(),
  };
}

function faultsIn(plan: PostgresPlan): readonly string[] {
  const { "Node Type": node, "Relation Name": table = "", Plans: below = [] } = plan;
  const isScan = node === "Seq Scan" && !SMALL.has(table);
  const isFault = isScan || (node.endsWith("Sort") && below.some(readsWithoutEnd));
  return [...(isFault ? [`${node} ${table}`.trim()] : []), ...below.flatMap(faultsIn)];
}

/** Whether rows come up from a table, and not from pages that end by themselves. */
function readsWithoutEnd({ "Node Type": node, "Relation Name": table, Plans: below = [] }: PostgresPlan): boolean {
  if (node === "Limit") return false;
  return table !== undefined || below.some(readsWithoutEnd);
}

function isSelect(statement: string): boolean {
  return /^\s*(select|with)\b/i.test(statement) && !/schema_migrations|pg_advisory/.test(statement);
}
