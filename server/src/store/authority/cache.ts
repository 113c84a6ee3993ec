// The memory of verification: the facts of credentials by hash, for a bounded number of them, the one that was not used for
// longest first out. Only facts that were found are kept, so an unknown hash takes no place.
// Rule: the cache does not know what is true. Its engine fills it only where nothing was committed in between, and drops what
// a change names.
// Facts of a membership, a user and an organization exist once for all of their credentials.
import { type Facts, goodUntil } from "@mintmark/core";
import type { Hash } from "../values.ts";
import type { AuthorityKey, AuthorityKind } from "./change.ts";

export interface CacheOptions {
  /** The bound: a number of credentials, 1 or more. */
  readonly most: number;
  /** UTC epoch milliseconds, by the clock that evaluates idle credentials. */
  readonly now: () => number;
}

const HASH_BYTES = 32;

/**
 * A use moves the end of an idle credential without a change of authority. So close to the end that is remembered, and
 * beyond it, the last use is read again.
 */
const IDLE_MARGIN_MS = 60_000;

type Shared = { -readonly [Name in "membership" | "user" | "organization"]: Extract<Facts, { kind: "pat" }>[Name] };

export class CredentialCache {
  readonly #most: number;
  readonly #now: () => number;
  #parts: Parts;

  constructor({ most, now }: CacheOptions) {
    this.#most = most;
    this.#now = now;
    this.#parts = partsFor(most);
  }

  get size(): number {
    return this.#parts.used - this.#parts.free.length;
  }

  /** Returns `undefined` where the facts have to be read. */
  get(hash: Hash): Facts | undefined {
    const slot = this.#slotOf(hash);
    if (slot === 0) return undefined;
    const facts = this.#parts.facts[slot] as Facts;
    const isIdleLimited = facts.organization.policy.idleDays !== null;
    if (isIdleLimited && this.#now() >= goodUntil(facts) - IDLE_MARGIN_MS) return undefined;
    this.#parts.order.use(slot);
    return facts;
  }

  /** Replaces what was known of the hash. */
  set(hash: Hash, facts: Facts): void {
    const known = this.#slotOf(hash);
    if (known !== 0) this.#remove(known);
    else if (this.size === this.#most) this.#remove(this.#parts.order.oldest);
    const { hashes, byHash, byId, order, free } = this.#parts;
    const slot = free.pop() ?? ++this.#parts.used;
    hashes.set(hash, slot * HASH_BYTES);
    byHash.add(codeOfHash(hash, 0), slot);
    byId.add(codeOfId(facts.id), slot);
    order.add(slot);
    this.#share(facts, slot);
    this.#parts.facts[slot] = facts;
  }

  /** Removes every credential that one of the keys names or that depends on it. */
  drop(keys: readonly AuthorityKey[]): void {
    for (const { kind, key } of keys) this.#drop(kind, key);
  }

  clear(): void {
    this.#parts = partsFor(this.#most);
  }

  #drop(kind: AuthorityKind, key: string): void {
    switch (kind) {
      case "all":
        return this.clear();
      case "token":
      case "api_key":
        return this.#remove(this.#slotOfId(key));
      default: {
        const group = this.#parts[kind];
        for (let slot = group.first(key); slot !== 0; slot = group.first(key)) this.#remove(slot);
      }
    }
  }

  #slotOf(hash: Hash): number {
    const { byHash, hashes } = this.#parts;
    let slot = byHash.first(codeOfHash(hash, 0));
    while (slot !== 0 && !isHashAt(hashes, slot, hash)) slot = byHash.next(slot);
    return slot;
  }

  #slotOfId(id: string): number {
    const { byId, facts } = this.#parts;
    let slot = byId.first(codeOfId(id));
    while (slot !== 0 && facts[slot]?.id !== id) slot = byId.next(slot);
    return slot;
  }

  /** The facts were just read, and nobody else holds them. */
  #share(facts: Facts, slot: number): void {
    const { membership, user, organization } = this.#parts;
    const shared = facts as Shared;
    shared.organization = organization.add(facts.organization.id, facts.organization, slot);
    if (facts.kind === "api_key") return;
    shared.membership = membership.add(facts.membership.id, facts.membership, slot);
    shared.user = user.add(facts.user.id, facts.user, slot);
  }

  #remove(slot: number): void {
    if (slot === 0) return;
    const { facts: all, hashes, byHash, byId, order, free, membership, user, organization } = this.#parts;
    const facts = all[slot] as Facts;
    byHash.remove(codeOfHash(hashes, slot * HASH_BYTES), slot);
    byId.remove(codeOfId(facts.id), slot);
    order.remove(slot);
    organization.remove(facts.organization.id, slot);
    if (facts.kind === "pat") {
      membership.remove(facts.membership.id, slot);
      user.remove(facts.user.id, slot);
    }
    all[slot] = undefined;
    free.push(slot);
  }
}

interface Parts {
  /** The highest slot that was ever used, and those below it that are free. */
  used: number;
  readonly free: number[];
  readonly facts: (Facts | undefined)[];
  readonly hashes: Uint8Array;
  readonly byHash: SlotTable;
  readonly byId: SlotTable;
  readonly order: SlotOrder;
  readonly membership: SlotGroups<Shared["membership"]>;
  readonly user: SlotGroups<Shared["user"]>;
  readonly organization: SlotGroups<Shared["organization"]>;
}

function partsFor(most: number): Parts {
  return {
    used: 0,
    free: [],
    facts: [undefined],
    hashes: new Uint8Array((most + 1) * HASH_BYTES),
    byHash: new SlotTable(most),
    byId: new SlotTable(most),
    order: new SlotOrder(most),
    membership: new SlotGroups(most),
    user: new SlotGroups(most),
    organization: new SlotGroups(most),
  };
}

/** Four bytes of a SHA-256, which are spread evenly. */
function codeOfHash(bytes: Uint8Array, at: number): number {
  return (
    (bytes[at] as number) |
    ((bytes[at + 1] as number) << 8) |
    ((bytes[at + 2] as number) << 16) |
    ((bytes[at + 3] as number) << 24)
  );
}

/** The last characters of an id are random (FNV-1a). */
function codeOfId(id: string): number {
  let code = 0x811c9dc5;
  for (let at = Math.max(0, id.length - 12); at < id.length; at++)
    code = Math.imul(code ^ id.charCodeAt(at), 0x01000193);
  return code ^ (code >>> 15);
}

/** Compares the whole hash, last byte first: those of one chain begin alike. */
function isHashAt(hashes: Uint8Array, slot: number, hash: Hash): boolean {
  const start = slot * HASH_BYTES;
  for (let at = HASH_BYTES - 1; at >= 0; at--) if (hashes[start + at] !== hash[at]) return false;
  return true;
}

// Entries have numbered slots, found and ordered through typed arrays: a hundred thousand take a few megabytes, adding and
// removing one makes no object, and memory is only taken for slots that were used. 0 is no slot.

/** Finds slots by a number that is spread evenly. Several slots may have the same one. */
class SlotTable {
  readonly #heads: Int32Array;
  readonly #next: Int32Array;

  constructor(most: number) {
    this.#heads = new Int32Array(2 ** Math.ceil(Math.log2(most + 1)));
    this.#next = new Int32Array(most + 1);
  }

  /** The newest slot among those that may have the code. */
  first(code: number): number {
    return this.#heads[code & (this.#heads.length - 1)] as number;
  }

  next(slot: number): number {
    return this.#next[slot] as number;
  }

  add(code: number, slot: number): void {
    const head = code & (this.#heads.length - 1);
    this.#next[slot] = this.#heads[head] as number;
    this.#heads[head] = slot;
  }

  remove(code: number, slot: number): void {
    const head = code & (this.#heads.length - 1);
    const after = this.#next[slot] as number;
    if (this.#heads[head] === slot) {
      this.#heads[head] = after;
      return;
    }
    let before = this.#heads[head] as number;
    while (this.#next[before] !== slot) before = this.#next[before] as number;
    this.#next[before] = after;
  }
}

/** The links of lists. A slot is in one list at a time, and each list is known by its first slot. */
class SlotLinks {
  readonly #next: Int32Array;
  readonly #previous: Int32Array;

  constructor(most: number) {
    this.#next = new Int32Array(most + 1);
    this.#previous = new Int32Array(most + 1);
  }

  next(slot: number): number {
    return this.#next[slot] as number;
  }

  previous(slot: number): number {
    return this.#previous[slot] as number;
  }

  /** Puts the slot before the first of a list. */
  prepend(slot: number, first: number): void {
    this.#next[slot] = first;
    this.#previous[slot] = 0;
    this.#previous[first] = slot;
  }

  /** Takes the slot out of its list. */
  unlink(slot: number): void {
    const next = this.#next[slot] as number;
    const previous = this.#previous[slot] as number;
    this.#next[previous] = next;
    this.#previous[next] = previous;
  }
}

/** All slots in the order of their last use. */
class SlotOrder {
  readonly #links: SlotLinks;
  #newest = 0;
  #oldest = 0;

  constructor(most: number) {
    this.#links = new SlotLinks(most);
  }

  get oldest(): number {
    return this.#oldest;
  }

  add(slot: number): void {
    this.#links.prepend(slot, this.#newest);
    this.#newest = slot;
    if (this.#oldest === 0) this.#oldest = slot;
  }

  use(slot: number): void {
    if (slot === this.#newest) return;
    this.remove(slot);
    this.add(slot);
  }

  remove(slot: number): void {
    if (slot === this.#newest) this.#newest = this.#links.next(slot);
    if (slot === this.#oldest) this.#oldest = this.#links.previous(slot);
    this.#links.unlink(slot);
  }
}

interface Group<Facts> {
  facts: Facts;
  first: number;
}

/** The slots that depend on each row of one kind, and the facts of that row, which they share. */
class SlotGroups<Facts extends object> {
  readonly #groups = new Map<string, Group<Facts>>();
  readonly #links: SlotLinks;

  constructor(most: number) {
    this.#links = new SlotLinks(most);
  }

  /** Returns facts that are equal to the given ones, and the same object for all slots of the group. */
  add(id: string, facts: Facts, slot: number): Facts {
    let group = this.#groups.get(id);
    if (group === undefined) {
      group = { facts, first: 0 };
      this.#groups.set(id, group);
    } else if (!areEqual(group.facts, facts)) {
      group.facts = facts;
    }
    this.#links.prepend(slot, group.first);
    group.first = slot;
    return group.facts;
  }

  remove(id: string, slot: number): void {
    const group = this.#groups.get(id);
    if (group?.first === slot) group.first = this.#links.next(slot);
    this.#links.unlink(slot);
    if (group?.first === 0) this.#groups.delete(id);
  }

  /** The first slot of the group; 0 where there is none. It changes as slots are removed. */
  first(id: string): number {
    return this.#groups.get(id)?.first ?? 0;
  }
}

/** Compares the properties, each by identity. */
function areEqual<T extends object>(a: T, b: T): boolean {
  for (const name in a) if (a[name] !== b[name]) return false;
  return true;
}
