// Metrics for Prometheus. Verifications are counted in plain numbers and read at a scrape, because a labelled counter
// costs as much as the verification that it counts.
import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from "prom-client";
import { createRecentVerifications, type RecentReading } from "./recent.ts";

export interface Metrics {
  /** One verification's outcome (`ok` or the refusal's code) and how long it took. */
  recordVerification(outcome: string, seconds: number): void;
  recordRequest(operation: string, status: number, seconds: number): void;
  /** The number of open streams over MCP. */
  recordMcpStreams(open: number): void;
  /** The verifications of the last minutes in this process. */
  recent(): RecentReading;
  /** The text and content type for a scrape. */
  exposition(): Promise<{ readonly text: string; readonly contentType: string }>;
}

const BUCKETS = [0.00005, 0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.05, 0.25, 1];

/** `clockAheadMs` returns how far this host's clock is ahead of the database's. */
export function createMetrics(version: string, clockAheadMs: () => number): Metrics {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  const outcomes = new Map<string, number>();
  const buckets = new Float64Array(BUCKETS.length + 1);
  let sum = 0;
  const recent = createRecentVerifications();
  registerReadings(registry, { version, clockAheadMs, outcomes });
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
