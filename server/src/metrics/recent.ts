// The verifications of the last minutes in this process, by second: their number, outcomes and latency. A ring of plain
// numbers that is written in place, so that recording allocates nothing.

export interface RecentVerifications {
  record(outcome: string, seconds: number): void;
  /** The current content of the ring. */
  read(): RecentReading;
}

export interface RecentReading {
  /** For each complete second, oldest first: the number of verifications that ended in it. */
  readonly perSecond: readonly number[];
  /** For each span of `LATENCY_SPAN_S` seconds, oldest first; `null` where nothing was verified. */
  readonly latency: readonly (Latency | null)[];
  /** For the whole time. */
  readonly overall: Latency | null;
  /**
   * The number of verifications by outcome: `ok`, the code of a refusal, or `unavailable`. The most frequent comes
   * first.
   */
  readonly outcomes: readonly { readonly outcome: string; readonly count: number }[];
}

/** In milliseconds, with an error of at most a twelfth. */
interface Latency {
  readonly p50: number;
  readonly p90: number;
  readonly p99: number;
}

export const RECENT_S = 300;
export const LATENCY_SPAN_S = 10;

/** The number of outcomes in the ring; there are fewer codes. Any further outcome counts as the last one. */
const OUTCOMES = 48;
/** Each bound is a twelfth above the previous one: from 5 µs to over 10 s. */
const FIRST_BOUND_MS = 0.005;
const GROWTH = 13 / 12;
const BUCKETS = 184;

export function createRecentVerifications(monotonicMs: () => number = () => performance.now()): RecentVerifications {
  const seconds = new Float64Array(RECENT_S).fill(-1);
  const outcomes = new Uint32Array(RECENT_S * OUTCOMES);
  const latencies = new Uint32Array(RECENT_S * BUCKETS);
  const indexOf = new Map<string, number>();
  const nameOf: string[] = [];

  const slotOf = (second: number): number => {
    const slot = second % RECENT_S;
    if (seconds[slot] !== second) {
      seconds[slot] = second;
      outcomes.fill(0, slot * OUTCOMES, (slot + 1) * OUTCOMES);
      latencies.fill(0, slot * BUCKETS, (slot + 1) * BUCKETS);
    }
    return slot;
  };
  const outcomeIndex = (outcome: string): number => {
    let index = indexOf.get(outcome);
    if (index === undefined) {
      index = Math.min(indexOf.size, OUTCOMES - 1);
      indexOf.set(outcome, index);
      nameOf[index] ??= outcome;
    }
    return index;
  };
  /** The slots that still hold these seconds. */
  const slotsOf = (from: number, to: number): number[] => {
    const slots: number[] = [];
    for (let second = Math.max(from, 0); second < to; second++) {
      if (seconds[second % RECENT_S] === second) slots.push(second % RECENT_S);
    }
    return slots;
  };

  return {
    record(outcome, duration) {
      const slot = slotOf(Math.floor(monotonicMs() / 1000));
      add(outcomes, slot * OUTCOMES + outcomeIndex(outcome));
      add(latencies, slot * BUCKETS + bucketOf(duration * 1000));
    },
    read() {
      const to = Math.floor(monotonicMs() / 1000);
      const from = to - RECENT_S + LATENCY_SPAN_S;
      const counts = sumRows(outcomes, OUTCOMES, slotsOf(from, to));
      return {
        perSecond: Array.from({ length: to - from }, (_, index) =>
          total(sumRows(outcomes, OUTCOMES, slotsOf(from + index, from + index + 1))),
        ),
        latency: Array.from({ length: (to - from) / LATENCY_SPAN_S }, (_, index) => {
          const begin = from + index * LATENCY_SPAN_S;
          return latencyOf(sumRows(latencies, BUCKETS, slotsOf(begin, begin + LATENCY_SPAN_S)));
        }),
        overall: latencyOf(sumRows(latencies, BUCKETS, slotsOf(from, to))),
        outcomes: outcomesOf(nameOf, counts),
      };
    },
  };
}

function outcomesOf(names: readonly string[], counts: readonly number[]): RecentReading["outcomes"] {
  return names
    .map((outcome, index) => ({ outcome, count: counts[index] as number }))
    .filter(({ count }) => count > 0)
    .sort((one, other) => other.count - one.count);
}

function add(numbers: Uint32Array, index: number): void {
  numbers[index] = (numbers[index] as number) + 1;
}

function bucketOf(ms: number): number {
  if (ms <= FIRST_BOUND_MS) return 0;
  return Math.min(BUCKETS - 1, Math.ceil(Math.log(ms / FIRST_BOUND_MS) / Math.log(GROWTH)));
}

function sumRows(numbers: Uint32Array, width: number, slots: readonly number[]): number[] {
  const sums = Array.from({ length: width }, () => 0);
  for (const slot of slots) {
    for (let index = 0; index < width; index++) {
      sums[index] = (sums[index] as number) + (numbers[slot * width + index] as number);
    }
  }
  return sums;
}

function total(numbers: readonly number[]): number {
  return numbers.reduce((sum, number) => sum + number, 0);
}

function latencyOf(counts: readonly number[]): Latency | null {
  const all = total(counts);
  if (all === 0) return null;
  const at = (share: number): number => {
    let left = Math.ceil(all * share);
    const bucket = counts.findIndex((count) => (left -= count) <= 0);
    return FIRST_BOUND_MS * GROWTH ** bucket;
  };
  return { p50: at(0.5), p90: at(0.9), p99: at(0.99) };
}
