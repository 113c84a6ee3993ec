// Checks that the open file is still the one at its path. SQLite does not check this in WAL mode: it continues on a
// deleted or replaced file, and everything committed there is lost when the process ends.
// Guarantee: the store reports no commit to such a file, and reads nothing from it for longer than `LATELY_MS`. A fault
// stays until the process restarts: nobody knows which file got the commits in between.
import { type BigIntStats, closeSync, openSync, readSync, statSync } from "node:fs";
import { resolve } from "node:path";
import type { DatabaseSync, StatementSync } from "node:sqlite";
import { StoreUnavailable } from "../store.ts";
import { toStoreError } from "./errors.ts";

/** The greatest age of the last check when something is read. */
const LATELY_MS = 100;

/** The log and its index belong to the database: without them, commits are lost. */
const SUFFIXES = ["", "-wal", "-shm"] as const;

// The layout of the log: https://sqlite.org/fileformat2.html#the_write_ahead_log
const LOG_HEADER = 32n;
const PAGE_HEADER = 24;

export class FileGuard {
  readonly #path: string;
  readonly #file: string;
  readonly #onFault: (fault: string) => void;
  readonly #identities: readonly string[];
  readonly #commits: StatementSync;
  readonly #commitsToCount: StatementSync;
  #fault: string | null = null;
  #lookedAt = performance.now();
  /** The commits that this process knows of, and those that it last found in the main file. */
  #known: number;
  #written: number;
  #lastChange: string;
  #logSize: bigint;
  readonly #log: StatementSync;
  readonly #pageInLog: bigint;
  readonly #header: Header;

  /**
   * Call it when both connections are open and have read, and the log exists. `file` is the target of the links of
   * `path`. `opened` is the identity of the file before they were open; `reader` sees committed data. `onFault` is
   * called once, with what happened to the file.
   */
  constructor(
    { path, file }: { readonly path: string; readonly file: string },
    opened: string | null,
    { writer, reader }: { readonly writer: DatabaseSync; readonly reader: DatabaseSync },
    onFault: (fault: string) => void,
  ) {
    this.#path = resolve(path);
    this.#file = file;
    this.#onFault = onFault;
    const stats = this.#stats();
    const identities = stats.map((stat) => (stat === undefined ? null : identityOf(stat)));
    if (identities.includes(null) || identities[0] !== opened) {
      throw new StoreUnavailable("the database file was replaced while it was opened");
    }
    this.#identities = identities as string[];
    this.#lastChange = changeOf(stats[0] as BigIntStats);
    this.#logSize = (stats[1] as BigIntStats).size;
    this.#commits = reader.prepare("pragma user_version");
    this.#commitsToCount = writer.prepare("pragma user_version");
    // `noop` moves nothing. A SQLite before 3.51 treats it as `passive`, which moves committed pages.
    this.#log = reader.prepare("pragma wal_checkpoint(noop)");
    this.#pageInLog = BigInt(Number(reader.prepare("pragma page_size").get()?.["page_size"]) + PAGE_HEADER);
    this.#known = this.#committed();
    this.#header = new Header(this.#file, identities[0] as string);
    this.#written = this.#header.commits() ?? this.#known;
  }

  /** The event that happened to the file, in words, or `null` if none did. */
  get fault(): string | null {
    return this.#fault;
  }

  /** Throws `StoreUnavailable` when the files are not the ones that were opened. Takes about 10 µs. */
  check(): void {
    this.#lookedAt = performance.now();
    if (this.#fault === null) this.#look();
    this.#refuse();
  }

  /** The same for reads, from the result of the last 100 ms. */
  checkLately(): void {
    if (this.#fault === null && performance.now() - this.#lookedAt < LATELY_MS) return;
    this.check();
  }

  /**
   * Counts a commit inside its transaction, in the header of the file, where every process and the guard see it. The
   * count never decreases, unless an older copy replaced the file.
   */
  countCommit(writer: DatabaseSync): () => void {
    const before = commitsOf(this.#commitsToCount);
    if (isBefore(before, this.#known)) this.#lose("an older copy of the database was put in its place");
    this.#refuse();
    const count = (before + 1) | 0;
    writer.exec(`pragma user_version = ${count}`);
    return () => {
      this.#known = count;
      this.check();
    };
  }

  /** Call it when both connections are closed. */
  close(): void {
    this.#header.close();
  }

  #look(): void {
    const stats = this.#stats();
    for (const [index, stat] of stats.entries()) {
      const name = `the database file${SUFFIXES[index] === "" ? "" : `'s ${SUFFIXES[index]}`}`;
      if (stat === undefined) return this.#lose(`${name} was deleted or moved while it was in use`);
      if (identityOf(stat) !== this.#identities[index]) return this.#lose(`${name} was replaced while it was in use`);
    }
    const [main, log] = stats as [BigIntStats, BigIntStats, BigIntStats];
    this.#lookAtLog(log.size);
    const change = changeOf(main);
    if (change !== this.#lastChange) this.#lookInside(change);
  }

  /**
   * The main file was written by a checkpoint, of this process or another, or somebody overwrote it. A checkpoint may
   * be under way, or may have found no space for all of it, so only the header is checked.
   */
  #lookInside(change: string): void {
    const written = this.#header.commits();
    const known = this.#committed();
    if (written === null) return this.#lose("the database file was written over by something else while it was in use");
    if (isBefore(written, this.#written) || isBefore(known, written) || isBefore(known, this.#known)) {
      return this.#lose("the database file was written over by another copy while it was in use");
    }
    this.#written = written;
    this.#known = known;
    this.#lastChange = change;
  }

  /** The log shrinks when it was emptied into the main file, and then its index says so. */
  #lookAtLog(size: bigint): void {
    const before = this.#logSize;
    this.#logSize = size;
    if (size >= before) return;
    const pages = this.#pagesInLog();
    const least = pages === 0 ? 0n : LOG_HEADER + BigInt(pages) * this.#pageInLog;
    const now = statSync(`${this.#file}-wal`, { bigint: true, throwIfNoEntry: false })?.size ?? 0n;
    if (now < least && this.#pagesInLog() === pages) this.#lose("the database's log was cut off while it was in use");
  }

  /** Compares with the index, which does not agree with a log that somebody truncated. */
  #pagesInLog(): number {
    try {
      return Number(this.#log.get()?.["log"]);
    } catch (error) {
      throw toStoreError(error);
    }
  }

  #stats(): readonly (BigIntStats | undefined)[] {
    try {
      return SUFFIXES.map((suffix) =>
        statSync(suffix === "" ? this.#path : this.#file + suffix, { bigint: true, throwIfNoEntry: false }),
      );
    } catch (error) {
      throw new StoreUnavailable("the database file cannot be looked at", { cause: error });
    }
  }

  #committed(): number {
    try {
      return commitsOf(this.#commits);
    } catch (error) {
      throw toStoreError(error);
    }
  }

  #lose(fault: string): void {
    this.#fault = fault;
    this.#onFault(fault);
  }

  #refuse(): void {
    if (this.#fault !== null) throw new StoreUnavailable(`${this.#fault}; start the server again to use what is there`);
  }
}

/**
 * The files whose header is read. Closing one drops every lock that this process has on it (POSIX), so the last user
 * closes it.
 */
const headers = new Map<string, { readonly descriptor: number; users: number }>();

/** The first bytes of the main file, read past the log. */
class Header {
  readonly #identity: string;
  readonly #descriptor: number;

  constructor(file: string, identity: string) {
    this.#identity = identity;
    const open = headers.get(identity) ?? { descriptor: openSync(file, "r"), users: 0 };
    open.users++;
    headers.set(identity, open);
    this.#descriptor = open.descriptor;
  }

  /**
   * The count of commits in the file; `null` when it is not a database.
   * https://sqlite.org/fileformat2.html#the_database_header
   */
  commits(): number | null {
    const bytes = Buffer.alloc(64);
    const length = readSync(this.#descriptor, bytes, 0, bytes.length, 0);
    if (length < bytes.length || bytes.toString("latin1", 0, 16) !== "SQLite format 3\0") return null;
    return bytes.readInt32BE(60);
  }

  close(): void {
    const open = headers.get(this.#identity);
    if (open === undefined || --open.users > 0) return;
    headers.delete(this.#identity);
    closeSync(open.descriptor);
  }
}

/** The identity that separates a file from every other while it is open; `null` when there is no file. */
export function identityAt(file: string): string | null {
  const stat = statSync(file, { bigint: true, throwIfNoEntry: false });
  return stat === undefined ? null : identityOf(stat);
}

function identityOf({ dev, ino }: BigIntStats): string {
  return `${dev}:${ino}`;
}

function changeOf({ mtimeNs, size }: BigIntStats): string {
  return `${mtimeNs}:${size}`;
}

function commitsOf(statement: StatementSync): number {
  return Number(statement.get()?.["user_version"]);
}

/** Compares two counts of 32 bits, which start again after the highest. */
function isBefore(count: number, than: number): boolean {
  return ((count - than) | 0) < 0;
}
