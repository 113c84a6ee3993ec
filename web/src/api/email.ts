// Proving the signed-in person's email address.
import { answerOf, api, done } from "./client.ts";
import type { EndedByProof } from "./types.ts";

/** Mails a link to the address; resolves when the mail server has taken the letter. */
export function requestVerification(): Promise<void> {
  return done(api.POST("/api/account/email/verification"));
}

/** The address that is confirmed now, and what that ended. */
export function verifyEmail(token: string): Promise<{ readonly email: string; readonly ended: EndedByProof | null }> {
  return answerOf(api.POST("/api/email/verify", { body: { token } }));
}
