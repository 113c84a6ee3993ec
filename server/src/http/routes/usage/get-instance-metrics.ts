import { hostname } from "node:os";
import { pid, uptime } from "node:process";
import { z } from "@hono/zod-openapi";
import { LATENCY_SPAN_S } from "../../../metrics/recent.ts";
import { defineOperation, type Operation } from "../../operation.ts";
import { Instant, presentInstant } from "../../presenters/time.ts";

const Latency = z
  .object({ p50: z.number(), p90: z.number(), p99: z.number() })
  .openapi("Latency", { description: "Percentiles in milliseconds, exact to a twelfth." });

const InstanceMetrics = z
  .object({
    at: Instant,
    replica: z
      .object({ id: z.string(), startedAt: Instant })
      .openapi({ description: "The process that answered: the numbers are its own. Another replica has others." }),
    verificationsPerSecond: z
      .array(z.int())
      .openapi({ description: "For every second of the last minutes, oldest first." }),
    latency: z.object({
      spanSeconds: z.int(),
      spans: z.array(Latency.nullable()).openapi({ description: "Oldest first; `null` where nothing was verified." }),
      overall: Latency.nullable(),
    }),
    outcomes: z
      .array(z.object({ outcome: z.string(), count: z.int() }))
      .openapi({ description: "`ok`, the code of a refusal, or `unavailable`; the most frequent first." }),
  })
  .openapi("InstanceMetrics");

/** Long enough to be readable, and no finer than the numbers are. */
function rounded(ms: number): number {
  return Number(ms.toPrecision(3));
}

export const getInstanceMetrics: Operation = defineOperation({
  operationId: "getInstanceMetrics",
  method: "get",
  path: "/api/admin/metrics",
  tag: "Instance administration",
  summary: "Verifications of the last minutes",
  description: "Of the one process that answers, from its memory. Prometheus reads the long run at `/metrics`.",
  credentials: ["instance-admin"],
  status: 200,
  answer: InstanceMetrics,
  refusals: [],
  handle: async ({ deps }) => {
    const { perSecond, latency, overall, outcomes } = deps.metrics.recent();
    const present = (of: (typeof latency)[number]): z.infer<typeof Latency> | null =>
      of === null ? null : { p50: rounded(of.p50), p90: rounded(of.p90), p99: rounded(of.p99) };
    const now = deps.clock();
    return {
      body: {
        at: presentInstant(now),
        replica: { id: `${hostname()}:${pid}`, startedAt: presentInstant(now - Math.round(uptime() * 1000)) },
        verificationsPerSecond: [...perSecond],
        latency: { spanSeconds: LATENCY_SPAN_S, spans: latency.map(present), overall: present(overall) },
        outcomes: outcomes.map(({ outcome, count }) => ({ outcome, count })),
      },
    };
  },
});
