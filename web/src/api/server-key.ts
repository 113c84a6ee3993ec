// The keys of servers: services with their keys, and management keys. Rule: a key is only in the answer that creates it.
import { queryOptions } from "@tanstack/react-query";
import { api, collectPages, dataOf, done } from "./client.ts";
import type { ManagementKey, Service } from "./types.ts";

export const servicesQuery = queryOptions({
  queryKey: ["admin", "services"],
  queryFn: ({ signal }) =>
    collectPages((query) => dataOf(api.GET("/api/admin/services", { params: { query }, signal }))),
});

export function createService(name: string): Promise<{ service: Service; secret: string }> {
  return dataOf(api.POST("/api/admin/services", { body: { name } }));
}

export function renameService(id: string, name: string): Promise<Service> {
  return dataOf(api.PATCH("/api/admin/services/{id}", { params: { path: { id } }, body: { name } }));
}

export function revokeService(id: string): Promise<void> {
  return done(api.DELETE("/api/admin/services/{id}", { params: { path: { id } } }));
}

export function createServiceKey(id: string): Promise<{ service: Service; secret: string }> {
  return dataOf(api.POST("/api/admin/services/{id}/keys", { params: { path: { id } }, body: {} }));
}

export function revokeServiceKey(id: string, keyId: string): Promise<void> {
  return done(api.DELETE("/api/admin/services/{id}/keys/{keyId}", { params: { path: { id, keyId } } }));
}

export const managementKeysQuery = queryOptions({
  queryKey: ["admin", "management-keys"],
  queryFn: ({ signal }) =>
    collectPages((query) => dataOf(api.GET("/api/admin/management-keys", { params: { query }, signal }))),
});

export interface NewManagementKey {
  readonly name: string;
  readonly scopes: ManagementKey["scopes"];
  readonly source?: string;
  readonly networks?: string[];
}

export function createManagementKey(key: NewManagementKey): Promise<{ managementKey: ManagementKey; secret: string }> {
  return dataOf(api.POST("/api/admin/management-keys", { body: key }));
}

export function renameManagementKey(id: string, name: string): Promise<ManagementKey> {
  return dataOf(api.PATCH("/api/admin/management-keys/{id}", { params: { path: { id } }, body: { name } }));
}

export function revokeManagementKey(id: string): Promise<void> {
  return done(api.DELETE("/api/admin/management-keys/{id}", { params: { path: { id } } }));
}
