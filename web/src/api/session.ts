// Who is signed in, signing in and out, and joining.
import { queryOptions } from "@tanstack/react-query";
import { request } from "./client.ts";
import type { Instance, Session } from "./types.ts";

export const instanceQuery = queryOptions({
  queryKey: ["instance"],
  queryFn: ({ signal }) => request<Instance>("GET", "/instance", { signal }),
  staleTime: 5 * 60_000,
});

export const sessionQuery = queryOptions({
  queryKey: ["session"],
  queryFn: ({ signal }) => request<Session>("GET", "/session", { signal }),
  staleTime: 30_000,
});

export interface NewAccount {
  readonly name: string;
  readonly email: string;
  readonly password: string;
}

export function setUpInstance(input: NewAccount & { readonly code: string }): Promise<Session> {
  return request("POST", "/setup", { body: input });
}

export function signUp(input: NewAccount & { readonly invitation?: string }): Promise<Session> {
  return request("POST", "/sign-up", { body: input });
}

export function signIn(input: { readonly email: string; readonly password: string }): Promise<Session> {
  return request("POST", "/sign-in", { body: input });
}

export function signOut(): Promise<void> {
  return request("POST", "/sign-out");
}

export function switchOrganization(organizationId: string): Promise<Session> {
  return request("PUT", "/session/organization", { body: { organizationId } });
}

export function reauthenticate(password: string): Promise<Session> {
  return request("POST", "/session/reauthenticate", { body: { password } });
}
