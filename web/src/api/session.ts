// Who is signed in, signing in and out, and joining.
import { queryOptions } from "@tanstack/react-query";
import { answerOf, api, done } from "./client.ts";
import type { Session } from "./types.ts";

export const instanceQuery = queryOptions({
  queryKey: ["instance"],
  queryFn: ({ signal }) => answerOf(api.GET("/api/instance", { signal })),
  staleTime: 5 * 60_000,
});

export const sessionQuery = queryOptions({
  queryKey: ["session"],
  queryFn: ({ signal }) => answerOf(api.GET("/api/session", { signal })),
  staleTime: 30_000,
});

export interface NewAccount {
  readonly name: string;
  readonly email: string;
  readonly password: string;
}

export function setUpInstance(body: NewAccount & { readonly code: string }): Promise<Session> {
  return answerOf(api.POST("/api/setup", { body }));
}

export function signUp(body: NewAccount & { readonly invitation?: string }): Promise<Session> {
  return answerOf(api.POST("/api/sign-up", { body }));
}

export function signIn(body: { readonly email: string; readonly password: string }): Promise<Session> {
  return answerOf(api.POST("/api/sign-in", { body }));
}

export function signOut(): Promise<void> {
  return done(api.POST("/api/sign-out"));
}

export function switchOrganization(organizationId: string): Promise<Session> {
  return answerOf(api.PUT("/api/session/organization", { body: { organizationId } }));
}

export function reauthenticate(password: string): Promise<Session> {
  return answerOf(api.POST("/api/session/reauthenticate", { body: { password } }));
}
