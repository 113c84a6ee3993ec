// Proving the signed-in person's email address.
import { answerOf, api, done } from "./client.ts";

/** Mails a link to the address; resolves when the mail server has taken the letter. */
export function requestVerification(): Promise<void> {
  return done(api.POST("/api/account/email/verification"));
}

export async function verifyEmail(token: string): Promise<string> {
  return (await answerOf(api.POST("/api/email/verify", { body: { token } }))).email;
}
