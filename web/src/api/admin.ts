// What an instance admin does: every user, and the services that verify tokens.
import { queryOptions } from "@tanstack/react-query";
import { request, segment } from "./client.ts";
import { collectPages, PAGE_SIZE } from "./page.ts";
import type { AdminUser, Page, Receipt, Service } from "./types.ts";

export function adminUsersQuery(query: string) {
  return queryOptions({
    queryKey: ["admin", "users", query],
    queryFn: ({ signal }) =>
      request<Page<AdminUser>>("GET", "/admin/users", { query: { query, limit: PAGE_SIZE }, signal }),
  });
}

export interface UserChange {
  readonly user: AdminUser;
  readonly receipt: Receipt | null;
}

export function suspendUser(id: string): Promise<UserChange> {
  return request("POST", `/admin/users/${segment(id)}/suspend`);
}

export function reinstateUser(id: string): Promise<UserChange> {
  return request("POST", `/admin/users/${segment(id)}/reinstate`);
}

export const servicesQuery = queryOptions({
  queryKey: ["admin", "services"],
  queryFn: ({ signal }) =>
    collectPages((cursor) =>
      request<Page<Service>>("GET", "/admin/services", { query: { limit: PAGE_SIZE, cursor }, signal }),
    ),
});

export function createService(name: string): Promise<{ service: Service; secret: string }> {
  return request("POST", "/admin/services", { body: { name } });
}

export function revokeService(id: string): Promise<Receipt> {
  return request("DELETE", `/admin/services/${segment(id)}`);
}
