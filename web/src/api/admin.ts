// The services that verify tokens, and the audit log of the whole instance. Files that begin with `admin-` have what
// else an instance admin does.
import { infiniteQueryOptions, queryOptions } from "@tanstack/react-query";
import type { AuditFilter } from "./audit.ts";
import { answerOf, api, done } from "./client.ts";
import { collectPages, PAGED } from "./pages.ts";
import type { Service } from "./types.ts";

export const servicesQuery = queryOptions({
  queryKey: ["admin", "services"],
  queryFn: ({ signal }) =>
    collectPages((query) => answerOf(api.GET("/api/admin/services", { params: { query }, signal }))),
});

export function createService(name: string): Promise<{ service: Service; secret: string }> {
  return answerOf(api.POST("/api/admin/services", { body: { name } }));
}

export function renameService(id: string, name: string): Promise<Service> {
  return answerOf(api.PATCH("/api/admin/services/{id}", { params: { path: { id } }, body: { name } }));
}

export function revokeService(id: string): Promise<void> {
  return done(api.DELETE("/api/admin/services/{id}", { params: { path: { id } } }));
}

const EVENTS_A_PAGE = 50;

export function instanceEventsQuery(filter: AuditFilter) {
  return infiniteQueryOptions({
    queryKey: ["admin", "audit-events", filter],
    queryFn: ({ signal, pageParam }) => {
      const query = { ...filter, limit: EVENTS_A_PAGE, ...(pageParam === null ? {} : { cursor: pageParam }) };
      return answerOf(api.GET("/api/admin/audit-events", { params: { query }, signal }));
    },
    ...PAGED,
  });
}
