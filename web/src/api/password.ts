// Setting a new password without the old one.
import { answerOf, api, done } from "./client.ts";

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
