// Audit logs, newest first and page by page, and how long an organization keeps its log.
import { infiniteQueryOptions, queryOptions } from "@tanstack/react-query";
import { dataOf, api } from "./client.ts";
import type { AuditRetention } from "./types.ts";

export interface AuditFilter {
  readonly actor?: string;
  /** One or several actions, separated by commas. `pat.` stands for all actions with that prefix. */
  readonly action?: string;
  readonly outcome?: "ok" | "denied";
  readonly credential?: string;
  readonly organization?: string;
  readonly from?: string;
  readonly to?: string;
}

const EVENTS_A_PAGE = 50;

interface EventPage {
  readonly nextCursor: string | null;
}

const PAGING = {
  initialPageParam: null as string | null,
  getNextPageParam: (page: EventPage): string | null => page.nextCursor,
} as const;

function pageOf(cursor: string | null) {
  return { limit: EVENTS_A_PAGE, ...(cursor === null ? {} : { cursor }) };
}

export function auditEventsQuery(organizationId: string, filterOfLog: AuditFilter) {
  const filter = withoutOrganization(filterOfLog);
  const path = { id: organizationId };
  return infiniteQueryOptions({
    queryKey: ["organizations", organizationId, "audit-events", filter],
    queryFn: ({ signal, pageParam }) => {
      const query = { ...filter, ...pageOf(pageParam) };
      return dataOf(api.GET("/api/organizations/{id}/audit-events", { params: { path, query }, signal }));
    },
    ...PAGING,
  });
}

/** For a log whose organization is in the path. */
function withoutOrganization(filter: AuditFilter): Omit<AuditFilter, "organization"> {
  const { organization, ...others } = filter;
  return organization === undefined ? filter : others;
}

export function accountEventsQuery(filter: AuditFilter) {
  return infiniteQueryOptions({
    queryKey: ["account", "audit-events", filter],
    queryFn: ({ signal, pageParam }) => {
      const query = { ...filter, ...pageOf(pageParam) };
      return dataOf(api.GET("/api/account/audit-events", { params: { query }, signal }));
    },
    ...PAGING,
  });
}

/** The address of the file. The browser saves it while the server still reads the log. */
export function auditExportUrl(organizationId: string, format: "csv" | "ndjson", filter: AuditFilter): string {
  const query = new URLSearchParams({ format, ...withoutOrganization(filter) });
  return `/api/organizations/${encodeURIComponent(organizationId)}/audit-events/export?${query.toString()}`;
}

export function auditRetentionQuery(organizationId: string) {
  return queryOptions({
    queryKey: ["organizations", organizationId, "audit-retention"],
    queryFn: ({ signal }) =>
      dataOf(api.GET("/api/organizations/{id}/audit-retention", { params: { path: { id: organizationId } }, signal })),
  });
}

export function setAuditRetention(organizationId: string, days: number | null): Promise<AuditRetention> {
  const params = { path: { id: organizationId } };
  return dataOf(api.PUT("/api/organizations/{id}/audit-retention", { params, body: { days } }));
}
