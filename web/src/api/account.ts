// The signed-in person's own account and browser sessions.
import { queryOptions } from "@tanstack/react-query";
import { answerOf, api, done } from "./client.ts";
import { collectPages } from "./pages.ts";

export const browserSessionsQuery = queryOptions({
  queryKey: ["account", "sessions"],
  queryFn: ({ signal }) =>
    collectPages((query) => answerOf(api.GET("/api/account/sessions", { params: { query }, signal }))),
});

export function renameAccount(name: string): Promise<void> {
  return done(api.PATCH("/api/account", { body: { name } }));
}

/** Answers where a letter went whose link makes the change; `null` when the address has changed at once. */
export async function changeEmail(email: string, password: string): Promise<string | null> {
  return (await answerOf(api.PATCH("/api/account", { body: { email, password } }))).confirmationSentTo;
}

export function changePassword(body: {
  readonly currentPassword: string;
  readonly newPassword: string;
  readonly revokeTokens: boolean;
}): Promise<{ endedSessions: number; revokedTokens: number }> {
  return answerOf(api.POST("/api/account/password", { body }));
}

export function deleteAccount(password: string): Promise<void> {
  return done(api.DELETE("/api/account", { body: { password } }));
}

export function endSession(id: string): Promise<void> {
  return done(api.DELETE("/api/account/sessions/{id}", { params: { path: { id } } }));
}

export function endOtherSessions(): Promise<{ endedSessions: number }> {
  return answerOf(api.DELETE("/api/account/sessions"));
}
