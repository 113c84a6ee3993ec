// How credentials were used: one of my tokens, a list of them, an organization's, and this instance right now.
import { keepPreviousData, queryOptions } from "@tanstack/react-query";
import { answerOf, api } from "./client.ts";

/** How many days back a history goes. */
export type Span = 30 | 90;

const spanOf = (days: Span) => ({ days: days === 90 ? ("90" as const) : ("30" as const) });

export function tokenUsageQuery(id: string, days: Span) {
  return queryOptions({
    queryKey: ["tokens", id, "usage", days],
    placeholderData: keepPreviousData,
    queryFn: ({ signal }) =>
      answerOf(
        api.GET("/api/personal-access-tokens/{id}/usage", {
          params: { path: { id }, query: spanOf(days) },
          signal,
        }),
      ),
  });
}

/** As many as one request may ask for. */
export const USES_AT_ONCE = 100;

/** Thirty days of uses of these tokens, by id. */
export function tokenUsesQuery(ids: readonly string[]) {
  return queryOptions({
    queryKey: ["tokens", "uses", ids],
    staleTime: 60_000,
    queryFn: async ({ signal }) => {
      const query = { ids: ids.join(",") };
      const { items } = await answerOf(api.GET("/api/personal-access-tokens/usage", { params: { query }, signal }));
      return items;
    },
  });
}

export function overviewQuery(organizationId: string, days: Span) {
  return queryOptions({
    queryKey: ["organizations", organizationId, "overview", days],
    placeholderData: keepPreviousData,
    queryFn: ({ signal }) =>
      answerOf(
        api.GET("/api/organizations/{id}/overview", {
          params: { path: { id: organizationId }, query: spanOf(days) },
          signal,
        }),
      ),
  });
}

export const instanceMetricsQuery = queryOptions({
  queryKey: ["admin", "metrics"],
  staleTime: 0,
  queryFn: ({ signal }) => answerOf(api.GET("/api/admin/metrics", { signal })),
});
