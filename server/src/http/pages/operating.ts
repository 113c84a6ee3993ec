// Pages for the operator: health, readiness and metrics.
import { timingSafeEqual } from "node:crypto";
import { clockWarning } from "../../background.ts";
import { hashSecret } from "../../secrets/generate.ts";
import { isLocalRequest } from "../../network/client-address.ts";
import type { Metrics } from "../../metrics/metrics.ts";
import type { Store } from "../../store/store.ts";
import { jsonResponse, PAGE_HEADERS, type PageRequest, type PageRoute } from "./page.ts";

export function operatingPages(deps: {
  readonly store: Pick<Store, "whyNotReady" | "storage" | "clock">;
  readonly metrics: Metrics;
  readonly metricsToken: string | null;
  readonly baseUrl: string;
  /** Whether the instance is shutting down, so that load balancers stop sending requests. */
  readonly isEnding: () => boolean;
}): readonly PageRoute[] {
  return [
    { path: "/healthz", checks: [], respond: () => jsonResponse(200, { status: "alive" }) },
    // HAProxy's `option httpchk` without a path sends `OPTIONS /` and means readiness.
    { path: "/readyz", checks: ["/"], respond: () => (deps.isEnding() ? ending() : readiness(deps.store)) },
    {
      path: "/metrics",
      respond: async (request) => {
        if (!mayReadMetrics(request, deps)) return jsonResponse(404, { status: "not found" });
        const { text, contentType } = await deps.metrics.exposition();
        return new Response(text, {
          headers: { ...PAGE_HEADERS, "Content-Type": contentType, "Cache-Control": "no-store" },
        });
      },
    },
  ];
}

/** Whether the instance can verify credentials, with warnings for the operator. It contains no secret. */
async function readiness(store: Pick<Store, "whyNotReady" | "storage" | "clock">): Promise<Response> {
  const reason = await store.whyNotReady();
  const warning = clockWarning(store.clock.aheadMs());
  const notes = {
    ...(store.storage === "ok" ? {} : { storage: store.storage }),
    ...(warning === null ? {} : { warning }),
  };
  return reason === null
    ? jsonResponse(200, { status: "ready", ...notes })
    : jsonResponse(503, { status: "not ready", ...notes, reason });
}

function ending(): Response {
  return jsonResponse(503, { status: "not ready", reason: "The instance is shutting down." });
}

/** With a configured token, every client that sends it. Without one, only clients on this machine. */
function mayReadMetrics(
  request: PageRequest,
  { metricsToken, baseUrl }: { readonly metricsToken: string | null; readonly baseUrl: string },
): boolean {
  if (metricsToken === null) return isLocalRequest(request, baseUrl);
  const sent = /^Bearer (\S+)$/i.exec(request.headers.get("authorization") ?? "")?.[1];
  return sent !== undefined && timingSafeEqual(hashSecret(sent), hashSecret(metricsToken));
}
