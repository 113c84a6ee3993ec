// The session, sign-in and sign-out, and the browsers in which the person is signed in.
import { queryOptions } from "@tanstack/react-query";
import { dataOf, api, collectPages, done } from "./client.ts";
import type { Session } from "./types.ts";

export const sessionQuery = queryOptions({
  queryKey: ["session"],
  queryFn: ({ signal }) => dataOf(api.GET("/api/session", { signal })),
  staleTime: 30_000,
});

export function signIn(body: { readonly email: string; readonly password: string }): Promise<Session> {
  return dataOf(api.POST("/api/sign-in", { body }));
}

export function signOut(): Promise<void> {
  return done(api.POST("/api/sign-out"));
}

export function switchOrganization(organizationId: string): Promise<Session> {
  return dataOf(api.PUT("/api/session/organization", { body: { organizationId } }));
}

export function reauthenticate(password: string): Promise<Session> {
  return dataOf(api.POST("/api/session/reauthenticate", { body: { password } }));
}

// The signed-in person's own account and browser sessions.

export const browserSessionsQuery = queryOptions({
  queryKey: ["account", "sessions"],
  queryFn: ({ signal }) =>
    collectPages((query) => dataOf(api.GET("/api/account/sessions", { params: { query }, signal }))),
});

export function endSession(id: string): Promise<void> {
  return done(api.DELETE("/api/account/sessions/{id}", { params: { path: { id } } }));
}

export function endOtherSessions(): Promise<{ endedSessions: number }> {
  return dataOf(api.DELETE("/api/account/sessions"));
}
