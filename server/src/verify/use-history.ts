// The uses that are not yet written, by credential, day, address and route. The usage charts show them. A use costs a
// few look-ups in maps; the sums of an organization are computed when they are written.
import { DAY_MS, type ErrorCode, type Facts, type OrganizationId } from "@mintmark/core";
import { nextTurn } from "../bounded.ts";
import type { FacetUse, OutcomeDay, Store, UseDay, UseFacet, UseHistory } from "../store/store.ts";
import type { Client } from "./use-event.ts";

export interface UseHistoryBuffer {
  addUse(facts: Facts, client: Client, now: number): void;
  addDenial(facts: Facts, code: ErrorCode, now: number): void;
  isEmpty(): boolean;
  /** Writes everything in parts, so that requests run in between. Counts that could not be written are kept. */
  write(): Promise<void>;
}

/** The most addresses, and routes, of one credential between two flushes. Further ones count for its day only. */
const FACETS_AT_ONCE = 100;
/** Credentials per transaction: a few milliseconds of work. After each commit, SQLite's reader has to read its pages again. */
const CREDENTIALS_AT_ONCE = 150;

interface Tally {
  firstAt: number;
  lastAt: number;
  uses: number;
}

interface DayCount {
  uses: number;
  denied: number;
}

interface Counted {
  readonly organizationId: OrganizationId;
  readonly days: Map<number, DayCount>;
  readonly address: Map<string, Tally>;
  readonly route: Map<string, Tally>;
  /** Where the last use was counted. The next one is nearly always alike, and then looks nothing up. */
  last: LastUse | null;
}

interface LastUse {
  readonly day: number;
  readonly dayCount: DayCount;
  readonly ip: string | null;
  readonly address: Tally | undefined;
  readonly askedRoute: string | null;
  readonly route: Tally | undefined;
}

/** The refusals by organization, day and code. */
type Denials = Map<string, OutcomeDay>;

export function createUseHistoryBuffer(store: Pick<Store, "transaction">): UseHistoryBuffer {
  const credentials = new Map<string, Counted>();
  let denials: Denials = new Map();

  const countedOf = (id: string, organizationId: OrganizationId): Counted => {
    let counted = credentials.get(id);
    if (counted === undefined) {
      counted = { organizationId, days: new Map(), address: new Map(), route: new Map(), last: null };
      credentials.set(id, counted);
    }
    return counted;
  };

  const takeBack = (taken: ReadonlyMap<string, Counted>, denied: Denials): void => {
    for (const [id, { organizationId, days, address, route }] of taken) {
      const counted = countedOf(id, organizationId);
      for (const [day, { uses, denied: refused }] of days) {
        const count = dayIn(counted, day);
        count.uses += uses;
        count.denied += refused;
      }
      for (const [value, tally] of address) addTally(counted.address, value, tally);
      for (const [value, tally] of route) addTally(counted.route, value, tally);
    }
    for (const outcome of denied.values()) addOutcome(denials, outcome);
  };

  return {
    addUse({ id, organization }, { ip, route }, now) {
      addUseTo(countedOf(id, organization.id), ip, route ?? null, now);
    },
    addDenial({ id, organization }, code, now) {
      const day = Math.floor(now / DAY_MS);
      dayIn(countedOf(id, organization.id), day).denied++;
      addOutcome(denials, { organizationId: organization.id, day, outcome: code, count: 1 });
    },
    isEmpty: () => credentials.size === 0,
    async write() {
      while (credentials.size > 0) {
        const taken = takeSome(credentials);
        const denied = denials;
        denials = new Map();
        try {
          await store.transaction((tx) => tx.recordUseHistory(historyOf(taken, denied)), "lazy");
        } catch (error) {
          takeBack(taken, denied);
          throw error;
        }
        await nextTurn();
      }
    },
  };
}

function addUseTo(counted: Counted, ip: string | null, askedRoute: string | null, now: number): void {
  const day = Math.floor(now / DAY_MS);
  const { last } = counted;
  if (last !== null && last.day === day && last.ip === ip && last.askedRoute === askedRoute) {
    last.dayCount.uses++;
    if (last.address !== undefined) countAgain(last.address, now);
    if (last.route !== undefined) countAgain(last.route, now);
    return;
  }
  const dayCount = dayIn(counted, day);
  dayCount.uses++;
  const address = ip === null ? undefined : countUse(counted.address, ip, now);
  const route = askedRoute === null ? undefined : countUse(counted.route, askedRoute, now);
  counted.last = { day, dayCount, ip, address, askedRoute, route };
}

function takeSome(credentials: Map<string, Counted>): Map<string, Counted> {
  const taken = new Map<string, Counted>();
  for (const [id, counted] of credentials) {
    if (taken.size >= CREDENTIALS_AT_ONCE) break;
    taken.set(id, counted);
    credentials.delete(id);
  }
  return taken;
}

function historyOf(taken: ReadonlyMap<string, Counted>, denied: Denials): UseHistory {
  return { days: daysOf(taken), facets: facetsOf(taken), outcomes: [...usesOf(taken), ...denied.values()] };
}

function dayIn({ days }: Counted, day: number): DayCount {
  let count = days.get(day);
  if (count === undefined) days.set(day, (count = { uses: 0, denied: 0 }));
  return count;
}

/** Returns the tally that counted the use, or `undefined` where there is no room for another value. */
function countUse(tallies: Map<string, Tally>, value: string, now: number): Tally | undefined {
  const known = tallies.get(value);
  if (known !== undefined) {
    countAgain(known, now);
    return known;
  }
  if (tallies.size >= FACETS_AT_ONCE) return undefined;
  const tally = { firstAt: now, lastAt: now, uses: 1 };
  tallies.set(value, tally);
  return tally;
}

function countAgain(tally: Tally, now: number): void {
  tally.uses++;
  if (now > tally.lastAt) tally.lastAt = now;
}

function addTally(tallies: Map<string, Tally>, value: string, earlier: Tally): void {
  const tally = tallies.get(value);
  if (tally === undefined) {
    if (tallies.size < FACETS_AT_ONCE) tallies.set(value, { ...earlier });
    return;
  }
  tally.uses += earlier.uses;
  tally.firstAt = Math.min(tally.firstAt, earlier.firstAt);
  tally.lastAt = Math.max(tally.lastAt, earlier.lastAt);
}

function addOutcome(outcomes: Denials, outcome: OutcomeDay): void {
  const key = `${outcome.organizationId} ${outcome.day} ${outcome.outcome}`;
  const earlier = outcomes.get(key);
  outcomes.set(key, earlier === undefined ? outcome : { ...earlier, count: earlier.count + outcome.count });
}

function daysOf(credentials: ReadonlyMap<string, Counted>): UseDay[] {
  const all: UseDay[] = [];
  for (const [credentialId, { days }] of credentials) {
    for (const [day, { uses, denied }] of days) all.push({ credentialId, day, uses, denied });
  }
  return all;
}

function facetsOf(credentials: ReadonlyMap<string, Counted>): FacetUse[] {
  const all: FacetUse[] = [];
  const add = (credentialId: string, facet: UseFacet, tallies: ReadonlyMap<string, Tally>): void => {
    for (const [value, { firstAt, lastAt, uses }] of tallies) {
      all.push({ credentialId, facet, value, firstAt, lastAt, uses });
    }
  };
  for (const [id, { address, route }] of credentials) {
    add(id, "address", address);
    add(id, "route", route);
  }
  return all;
}

function usesOf(credentials: ReadonlyMap<string, Counted>): Iterable<OutcomeDay> {
  const outcomes: Denials = new Map();
  for (const { organizationId, days } of credentials.values()) {
    for (const [day, { uses }] of days) {
      if (uses > 0) addOutcome(outcomes, { organizationId, day, outcome: "ok", count: uses });
    }
  }
  return outcomes.values();
}
