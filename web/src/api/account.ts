// The signed-in person's own account and browser sessions.
import { dataOf, api, done } from "./client.ts";
import type { EndedByProof, Session } from "./types.ts";

export function renameAccount(name: string): Promise<void> {
  return done(api.PATCH("/api/account", { body: { name } }));
}

/** Returns the address that got an email whose link makes the change; `null` when the address has changed at once. */
export async function changeEmail(email: string, password: string): Promise<string | null> {
  return (await dataOf(api.PATCH("/api/account", { body: { email, password } }))).confirmationSentTo;
}

export function changePassword(body: {
  readonly currentPassword: string;
  readonly newPassword: string;
  readonly revokeTokens: boolean;
}): Promise<{ endedSessions: number; revokedTokens: number }> {
  return dataOf(api.POST("/api/account/password", { body }));
}

export function deleteAccount(password: string): Promise<void> {
  return done(api.DELETE("/api/account", { body: { password } }));
}

// The session, sign-in and sign-out, and the browsers in which the person is signed in.

export interface NewAccount {
  readonly name: string;
  readonly email: string;
  readonly password: string;
}

export function signUp(body: NewAccount & { readonly invitation?: string }): Promise<Session> {
  return dataOf(api.POST("/api/sign-up", { body }));
}

// Requests that prove the signed-in person's email address.

/** Emails a link to the address. Resolves when the mail server has accepted the email. */
export function requestVerification(): Promise<void> {
  return done(api.POST("/api/account/email/verification"));
}

/** Returns the confirmed address and what the confirmation ended. */
export function verifyEmail(token: string): Promise<{ readonly email: string; readonly ended: EndedByProof | null }> {
  return dataOf(api.POST("/api/email/verify", { body: { token } }));
}

// Setting a new password without the old one.

export function forgotPassword(email: string): Promise<void> {
  return done(api.POST("/api/password/forgot", { body: { email } }));
}

export function resetPassword(body: {
  readonly token: string;
  readonly password: string;
  readonly revokeTokens: boolean;
}): Promise<{ endedSessions: number; revokedTokens: number }> {
  return dataOf(api.POST("/api/password/reset", { body }));
}
