// An organization's audit log, newest first, page by page.
import { infiniteQueryOptions } from "@tanstack/react-query";
import { answerOf, api } from "./client.ts";
import type { AuditAction } from "./types.ts";

export interface AuditFilter {
  readonly actor?: string;
  readonly action?: AuditAction;
  readonly credential?: string;
  readonly from?: string;
  readonly to?: string;
}

const EVENTS_A_PAGE = 50;

export function auditEventsQuery(organizationId: string, filter: AuditFilter) {
  const path = { id: organizationId };
  return infiniteQueryOptions({
    queryKey: ["organizations", organizationId, "audit-events", filter],
    queryFn: ({ signal, pageParam: cursor }) => {
      const query = { ...filter, limit: EVENTS_A_PAGE, ...(cursor === null ? {} : { cursor }) };
      return answerOf(api.GET("/api/organizations/{id}/audit-events", { params: { path, query }, signal }));
    },
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.nextCursor,
  });
}
