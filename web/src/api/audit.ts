// An organization's audit log, newest first, page by page.
import { infiniteQueryOptions } from "@tanstack/react-query";
import { request, segment } from "./client.ts";
import type { AuditEvent, Page } from "./types.ts";

export interface AuditFilter {
  readonly actor?: string;
  readonly action?: string;
  readonly credential?: string;
  readonly from?: string;
  readonly to?: string;
}

export function auditEventsQuery(organizationId: string, filter: AuditFilter) {
  return infiniteQueryOptions({
    queryKey: ["organizations", organizationId, "audit-events", filter],
    queryFn: ({ signal, pageParam }) =>
      request<Page<AuditEvent>>("GET", `/organizations/${segment(organizationId)}/audit-events`, {
        query: { ...filter, limit: 50, cursor: pageParam },
        signal,
      }),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.nextCursor,
  });
}
