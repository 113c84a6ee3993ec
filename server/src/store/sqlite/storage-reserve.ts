// Reserves disk space for when the disk is full. A file beside the database holds the reserve and releases it in
// slices. So tokens can still be revoked and used for the first time, while changes that make the database grow are
// refused. Other programs can take the released space, so a slice is released only when no other space is left.
import { randomBytes } from "node:crypto";
import { rmSync, statfsSync, statSync, truncateSync } from "node:fs";
import { open } from "node:fs/promises";
import { dirname } from "node:path";
import { type StorageCondition, StorageFull, type Transaction } from "../store.ts";
import { withVerbs } from "../context.ts";

const SLICE_BYTES = 1024 ** 2;
/** With less than this, the next transaction may not fit. */
const LEAST_BYTES = SLICE_BYTES;
/** After a transaction did not fit, the next one gets this much more. */
const SLICES_WHEN_STRUCK = 4;
/** The reserve is made again when this much space is left beside it. */
const SPARE_BYTES = 16 * 1024 ** 2;
const RETRY_MS = 10_000;

export class StorageReserve {
  readonly #file: string;
  readonly #folder: string;
  readonly #bytes: number;
  readonly #onChange: (condition: StorageCondition) => void;
  #condition: StorageCondition = "ok";
  /** No transaction has fitted since one did not. */
  #isStruck = false;
  #filling: Promise<void> | null = null;
  #retryAt = 0;

  /**
   * `bytes` of 0 keeps no reserve; a full disk then refuses everything at once. `onChange` is called for each change.
   */
  constructor(database: string, bytes: number, onChange: (condition: StorageCondition) => void) {
    this.#file = `${database}.reserve`;
    this.#folder = dirname(database);
    this.#bytes = bytes;
    this.#onChange = onChange;
  }

  get condition(): StorageCondition {
    return this.#condition;
  }

  /** Releases a slice when there is too little space. */
  makeRoom(): void {
    if (!this.hasRoom()) this.#giveBack(1);
  }

  /** Whether the next transaction fits, according to the system. */
  hasRoom(): boolean {
    return this.#free() >= LEAST_BYTES;
  }

  /** Makes space, and evaluates what is left. Takes some microseconds. */
  look(): void {
    this.makeRoom();
    this.#judge();
    if (this.#condition !== "ok" && performance.now() >= this.#retryAt) void this.fill();
  }

  /** Call it when SQLite found no space for a transaction. */
  struck(): void {
    this.#isStruck = true;
    this.#giveBack(SLICES_WHEN_STRUCK);
    this.#judge();
  }

  /** Call it when a transaction was committed. */
  fitted(): void {
    if (!this.#isStruck) return;
    this.#isStruck = false;
    this.#judge();
  }

  /** Makes the reserve if there is space beside it; otherwise the storage counts as low. */
  fill(): Promise<void> {
    return (this.#filling ??= this.#fill().finally(() => (this.#filling = null)));
  }

  /** Resolves when no write is under way. */
  async settled(): Promise<void> {
    await this.#filling;
  }

  async #fill(): Promise<void> {
    const missing = this.#bytes - this.#held();
    if (this.#free() >= Math.max(missing, 0) + SPARE_BYTES) {
      try {
        if (missing > 0) await this.#write(missing);
        this.#isStruck = false;
      } catch {
        // A quota, for example, may allow less than the system reports as free.
        this.#retryAt = performance.now() + RETRY_MS;
      }
    }
    this.#judge();
  }

  /** Writes bytes that no file system can compress, readable by this user only. */
  async #write(missing: number): Promise<void> {
    const file = await open(this.#file, "a", 0o600);
    try {
      const slice = randomBytes(SLICE_BYTES);
      for (let left = missing; left > 0; left -= slice.length) {
        await file.appendFile(left < slice.length ? slice.subarray(0, left) : slice);
      }
    } finally {
      await file.close();
    }
  }

  #giveBack(slices: number): void {
    const left = this.#held() - slices * SLICE_BYTES;
    try {
      if (left > 0) truncateSync(this.#file, left);
      else rmSync(this.#file, { force: true });
    } catch {
      // Another process released it at the same moment, or the file cannot be changed. Then there is no reserve.
    }
  }

  #judge(): void {
    const isWhole = this.#held() >= this.#bytes;
    const isFull = this.#held() === 0 && (this.#isStruck || this.#free() < LEAST_BYTES / 4);
    const condition = isFull ? "full" : isWhole && !this.#isStruck && this.hasRoom() ? "ok" : "low";
    if (condition === this.#condition) return;
    this.#condition = condition;
    this.#onChange(condition);
  }

  #held(): number {
    return statSync(this.#file, { throwIfNoEntry: false })?.size ?? 0;
  }

  /** The bytes that this process may still write; unlimited where the system does not say. */
  #free(): number {
    try {
      const { bavail, bsize } = statfsSync(this.#folder);
      return bavail * bsize;
    } catch {
      return Number.POSITIVE_INFINITY;
    }
  }
}

const refuse = (): Promise<never> =>
  Promise.reject(
    new StorageFull(
      "the disk under the database is nearly full: only changes that revoke or remove something are accepted",
    ),
  );

/** Verbs that make the database grow and can wait. All others end something, or must be recorded. */
const REFUSED = {
  insertUser: refuse,
  insertOrganization: refuse,
  insertMembership: refuse,
  insertInvitation: refuse,
  insertToken: refuse,
  insertApiKey: refuse,
  insertService: refuse,
  insertDeviceLogin: refuse,
  insertCalendarFeed: refuse,
  recordUseHistory: refuse,
} satisfies Partial<Transaction>;

/** The same transaction, except that verbs that make the database grow are refused with `StorageFull`. */
export function withoutGrowth(tx: Transaction): Transaction {
  return withVerbs(tx, REFUSED);
}
