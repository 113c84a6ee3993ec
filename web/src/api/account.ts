// The signed-in person's own account and browser sessions.
import { answerOf, api, done } from "./client.ts";
import type { EndedByProof, Session } from "./types.ts";

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

// Who is signed in, signing in and out, and joining.

export interface NewAccount {
  readonly name: string;
  readonly email: string;
  readonly password: string;
}

export function signUp(body: NewAccount & { readonly invitation?: string }): Promise<Session> {
  return answerOf(api.POST("/api/sign-up", { body }));
}

// Proving the signed-in person's email address.

/** Mails a link to the address; resolves when the mail server has taken the letter. */
export function requestVerification(): Promise<void> {
  return done(api.POST("/api/account/email/verification"));
}

/** The address that is confirmed now, and what that ended. */
export function verifyEmail(token: string): Promise<{ readonly email: string; readonly ended: EndedByProof | null }> {
  return answerOf(api.POST("/api/email/verify", { body: { token } }));
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
  return answerOf(api.POST("/api/password/reset", { body }));
}
