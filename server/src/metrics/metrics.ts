// Metrics for Prometheus. Verifications are counted in plain numbers and read at a scrape, because a labelled counter
// costs as much as the verification that it counts.
import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from "prom-client";

export interface Metrics {
  /** One verification's outcome (`ok` or the refusal's code) and how long it took. */
  recordVerification(outcome: string, seconds: number): void;
  recordRequest(operation: string, status: number, seconds: number): void;
  /** One attempt to send an email. */
  recordEmail(kind: string, outcome: string): void;
  /** The number of open streams over MCP. */
  recordMcpStreams(open: number): void;
  /** The verifications of the last minutes in this process. */
  recent(): RecentReading;
  /** The text and content type for a scrape. */
  exposition(): Promise<{ readonly text: string; readonly contentType: string }>;
}

const BUCKETS = [0.00005, 0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.05, 0.25, 1];

/** The emails that wait, by kind. The same for all replicas, since they share the outbox. */
export interface Outbox {
  countWaitingEmails(): Promise<readonly { readonly kind: string; readonly count: number; readonly since: number }[]>;
}

/** `clockAheadMs` returns how far this host's clock is ahead of the database's. */
export function createMetrics(version: string, clockAheadMs: () => number, outbox: Outbox): Metrics {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  const outcomes = new Map<string, number>();
  const buckets = new Float64Array(BUCKETS.length + 1);
  let sum = 0;
  const recent = createRecentVerifications();
  registerReadings(registry, { version, clockAheadMs, outcomes });
  const emails = registerEmails(registry, outbox);
  const requests = new Histogram({
    name: "mintmark_http_request_duration_seconds",
    help: "HTTP API requests by operation and status.",
    labelNames: ["operation", "status"],
    buckets: [0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1, 5],
    registers: [registry],
  });
  const mcpStreams = new Gauge({
    name: "mintmark_mcp_streams",
    help: "Streams to AI clients over MCP that are open.",
    registers: [registry],
  });

  return {
    recordEmail: (kind, outcome) => emails.inc({ kind, outcome }),
    recordMcpStreams: (open) => mcpStreams.set(open),
    recordVerification(outcome, seconds) {
      outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1);
      let bucket = 0;
      while (bucket < BUCKETS.length && seconds > (BUCKETS[bucket] as number)) bucket++;
      buckets[bucket] = (buckets[bucket] as number) + 1;
      sum += seconds;
      recent.record(outcome, seconds);
    },
    recent: () => recent.read(),
    recordRequest: (operation, status, seconds) => requests.observe({ operation, status }, seconds),
    exposition: async () => ({
      text: `${await registry.metrics()}\n${verificationHistogram(buckets, sum)}`,
      contentType: registry.contentType,
    }),
  };
}

/** Registers the metrics that are computed at a scrape. */
function registerReadings(
  registry: Registry,
  values: {
    readonly version: string;
    readonly clockAheadMs: () => number;
    readonly outcomes: ReadonlyMap<string, number>;
  },
): void {
  const { version, clockAheadMs, outcomes } = values;
  new Gauge({
    name: "mintmark_build_info",
    help: "The running version.",
    labelNames: ["version"],
    registers: [registry],
  }).set({ version }, 1);
  registry.registerMetric(
    new Gauge({
      name: "mintmark_clock_ahead_seconds",
      help: "How far the clock of this host is ahead of the database's clock, which decides expiry.",
      registers: [],
      collect() {
        this.set(clockAheadMs() / 1_000);
      },
    }),
  );
  registry.registerMetric(
    new Counter({
      name: "mintmark_verifications_total",
      help: "Verifications by outcome: ok, or the code of the refusal.",
      labelNames: ["outcome"],
      registers: [],
      collect() {
        this.reset();
        for (const [outcome, count] of outcomes) this.inc({ outcome }, count);
      },
    }),
  );
}

function registerEmails(registry: Registry, outbox: Outbox): Counter {
  registry.registerMetric(
    new Gauge({
      name: "mintmark_emails_waiting",
      help: "Emails in the outbox that the mail server has not accepted, by kind.",
      labelNames: ["kind"],
      registers: [],
      async collect() {
        this.reset();
        // A database that cannot be read must not hide the other metrics.
        const waiting = await outbox.countWaitingEmails().catch(() => []);
        for (const { kind, count } of waiting) this.set({ kind }, count);
      },
    }),
  );
  return new Counter({
    name: "mintmark_email_attempts_total",
    help: "Attempts to send an email, by kind and outcome: sent, refused, failed or unknown.",
    labelNames: ["kind", "outcome"],
    registers: [registry],
  });
}

/** The latency histogram in the exposition format: cumulative buckets, sum and count. */
function verificationHistogram(buckets: Float64Array, sum: number): string {
  const name = "mintmark_verification_duration_seconds";
  let cumulative = 0;
  const lines = [`# HELP ${name} How long verifications took.`, `# TYPE ${name} histogram`];
  for (const [index, bound] of [...BUCKETS, "+Inf"].entries()) {
    cumulative += buckets[index] as number;
    lines.push(`${name}_bucket{le="${bound}"} ${cumulative}`);
  }
  return `${[...lines, `${name}_sum ${sum}`, `${name}_count ${cumulative}`].join("\n")}\n`;
}

// The verifications of the last minutes in this process, by second: their number, outcomes and latency. A ring of plain
// numbers that is written in place, so that recording allocates nothing.

export interface RecentVerifications {
  record(outcome: string, seconds: number): void;
  /** The current content of the ring. */
  read(): RecentReading;
}

interface RecentReading {
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
const RECENT_BUCKETS = 184;

export function createRecentVerifications(monotonicMs: () => number = () => performance.now()): RecentVerifications {
  const seconds = new Float64Array(RECENT_S).fill(-1);
  const outcomes = new Uint32Array(RECENT_S * OUTCOMES);
  const latencies = new Uint32Array(RECENT_S * RECENT_BUCKETS);
  const indexOf = new Map<string, number>();
  const nameOf: string[] = [];

  const slotOf = (second: number): number => {
    const slot = second % RECENT_S;
    if (seconds[slot] !== second) {
      seconds[slot] = second;
      outcomes.fill(0, slot * OUTCOMES, (slot + 1) * OUTCOMES);
      latencies.fill(0, slot * RECENT_BUCKETS, (slot + 1) * RECENT_BUCKETS);
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
      add(latencies, slot * RECENT_BUCKETS + bucketOf(duration * 1000));
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
          return latencyOf(sumRows(latencies, RECENT_BUCKETS, slotsOf(begin, begin + LATENCY_SPAN_S)));
        }),
        overall: latencyOf(sumRows(latencies, RECENT_BUCKETS, slotsOf(from, to))),
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
  return Math.min(RECENT_BUCKETS - 1, Math.ceil(Math.log(ms / FIRST_BOUND_MS) / Math.log(GROWTH)));
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
