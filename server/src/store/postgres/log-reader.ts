// Reads the authority log for listeners that must know of every commit, where this process holds no lease: the clock in one
// short query, and the entries only where it has moved.
import { type AuthorityKey, EVERYTHING } from "../authority/change.ts";
import type { LogEntry, LogPage, Position } from "../authority/database.ts";
import { continuityOf, ENTRIES_OF_PAGE, pageOf } from "../authority/log.ts";
import { StoreUnavailable } from "../store.ts";
import { IS_PROVEN } from "./primary.ts";
import type { ConnectionSource } from "./verification.ts";

const CLOCK = `select seq, nonce from authority_clock where ${IS_PROVEN}`;
const LOG = `select seq, nonce, kind, key from authority_log where seq >= $1 and ${IS_PROVEN} order by seq limit $2`;

type Rows = readonly (readonly [seq: number, nonce: string, kind: AuthorityKey["kind"], key: string])[];

export class LogReader {
  readonly #pool: ConnectionSource;
  #applied: Position | null = null;

  constructor(pool: ConnectionSource) {
    this.#pool = pool;
  }

  /** The keys of everything that was committed since the last call, and before this one. Rejects with `StoreUnavailable`. */
  async readOn(): Promise<readonly AuthorityKey[]> {
    try {
      const [clock] = await this.#query("authority-clock", CLOCK, []);
      const [seq, nonce] = clock as Rows[number];
      const last = { seq, nonce };
      const applied = this.#applied;
      if (applied?.seq === seq && applied.nonce === nonce) return [];
      const page = applied === null ? null : await this.#page(applied, last);
      const isWhole =
        applied !== null &&
        page !== null &&
        continuityOf(applied, page) === "held" &&
        page.entries.length < ENTRIES_OF_PAGE;
      this.#applied = isWhole ? (page.entries.at(-1) ?? last) : last;
      return isWhole ? page.entries : EVERYTHING;
    } catch (error) {
      throw new StoreUnavailable("what was committed could not be read", { cause: error });
    }
  }

  async #page(applied: Position, last: Position): Promise<LogPage> {
    const rows = await this.#query("authority-log", LOG, [applied.seq, ENTRIES_OF_PAGE + 1]);
    const entries = rows.map(([seq, nonce, kind, key]): LogEntry => ({ seq, nonce, kind, key }));
    return pageOf(applied, last, entries);
  }

  async #query(name: string, text: string, values: readonly number[]): Promise<Rows> {
    const client = await this.#pool.connect();
    let isBroken = true;
    try {
      const { rows } = await client.query({ name, text, values: [...values], rowMode: "array" });
      isBroken = false;
      return rows as unknown as Rows;
    } finally {
      client.release(isBroken);
    }
  }
}
