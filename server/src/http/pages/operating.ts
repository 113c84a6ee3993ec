// For whoever runs the instance: is it alive, is it ready, how is it doing.
import { timingSafeEqual } from "node:crypto";
import { clockWarning } from "../../background.ts";
import { hashSecret } from "../../secrets/hash.ts";
import { isLocalRequest } from "../../network/local-request.ts";
import type { Metrics } from "../../metrics/metrics.ts";
import type { Store } from "../../store/store.ts";
import { jsonResponse, PAGE_HEADERS, type PageRequest, type PageRoute } from "./page.ts";

export function operatingPages(deps: {
  readonly store: Pick<Store, "whyNotReady" | "storage" | "clock">;
  readonly metrics: Metrics;
  readonly metricsToken: string | null;
  readonly baseUrl: string;
  /** Whether the instance was told to end: balancers are to send no more. */
  readonly isEnding: () => boolean;
}): readonly PageRoute[] {
  return [
    { path: "/healthz", checks: [], respond: () => jsonResponse(200, { status: "alive" }) },
    // HAProxy's `option httpchk`, without a path, asks `OPTIONS /`, and means this.
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

/** Whether credentials can be verified here, with warnings for the operator. It contains nothing secret. */
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
  return jsonResponse(503, { status: "not ready", reason: "The instance is ending." });
}

/** With a configured token, every client that sends it; without one, only this machine. */
function mayReadMetrics(
  request: PageRequest,
  { metricsToken, baseUrl }: { readonly metricsToken: string | null; readonly baseUrl: string },
): boolean {
  if (metricsToken === null) return isLocalRequest(request, baseUrl);
  const sent = /^Bearer (\S+)$/i.exec(request.headers.get("authorization") ?? "")?.[1];
  return sent !== undefined && timingSafeEqual(hashSecret(sent), hashSecret(metricsToken));
}
