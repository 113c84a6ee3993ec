// What an instance admin does: every user, and the services that verify tokens.
import { queryOptions } from "@tanstack/react-query";
import { answerOf, api, done } from "./client.ts";
import { collectPages, PAGE_SIZE } from "./pages.ts";
import type { Service } from "./types.ts";

export function adminUsersQuery(search: string) {
  const query = { limit: PAGE_SIZE, ...(search === "" ? {} : { query: search }) };
  return queryOptions({
    queryKey: ["admin", "users", search],
    queryFn: ({ signal }) => answerOf(api.GET("/api/admin/users", { params: { query }, signal })),
  });
}

export function suspendUser(id: string): Promise<void> {
  return done(api.POST("/api/admin/users/{id}/suspend", { params: { path: { id } } }));
}

export function reinstateUser(id: string): Promise<void> {
  return done(api.POST("/api/admin/users/{id}/reinstate", { params: { path: { id } } }));
}

export const servicesQuery = queryOptions({
  queryKey: ["admin", "services"],
  queryFn: ({ signal }) =>
    collectPages((query) => answerOf(api.GET("/api/admin/services", { params: { query }, signal }))),
});

export function createService(name: string): Promise<{ service: Service; secret: string }> {
  return answerOf(api.POST("/api/admin/services", { body: { name } }));
}

export function revokeService(id: string): Promise<void> {
  return done(api.DELETE("/api/admin/services/{id}", { params: { path: { id } } }));
}
