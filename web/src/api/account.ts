// The signed-in person's own account and browser sessions.
import { queryOptions } from "@tanstack/react-query";
import { request, segment } from "./client.ts";
import type { Account, AccountSession, Page, Receipt } from "./types.ts";

export const accountSessionsQuery = queryOptions({
  queryKey: ["account", "sessions"],
  queryFn: ({ signal }) => request<Page<AccountSession>>("GET", "/account/sessions", { signal }),
});

/** Changing the email needs the password. */
export function updateAccount(input: {
  readonly name?: string;
  readonly email?: string;
  readonly password?: string;
}): Promise<Account> {
  return request("PATCH", "/account", { body: input });
}

export function changePassword(input: {
  readonly currentPassword: string;
  readonly newPassword: string;
  readonly revokeTokens?: boolean;
}): Promise<{ endedSessions: number; revokedTokens: number }> {
  return request("POST", "/account/password", { body: input });
}

export function deleteAccount(password: string): Promise<Receipt> {
  return request("DELETE", "/account", { body: { password } });
}

export function endSession(id: string): Promise<void> {
  return request("DELETE", `/account/sessions/${segment(id)}`);
}

export function endOtherSessions(): Promise<{ endedSessions: number }> {
  return request("DELETE", "/account/sessions");
}
