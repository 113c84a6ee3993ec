import { MailUnavailable } from "../../mail/mail-unavailable.ts";
import type { SessionActor } from "../actor.ts";
import type { Deps } from "../deps.ts";
import { Refusal } from "../refusal.ts";
import { tooManyLetters } from "./letter-limit.ts";
import { mailVerification } from "./mail-verification.ts";
import { requireMailer } from "./require-mailer.ts";

/**
 * Mails the caller a link that proves their address, and answers when the mail server has taken it. Refuses an
 * address that is proved already, too many letters, and says when the mail server does not answer.
 */
export async function requestVerification(
  deps: Pick<Deps, "store" | "clock" | "settings" | "mailer">,
  { user, origin }: SessionActor,
): Promise<void> {
  const mailer = requireMailer(deps);
  if (user.emailVerifiedAt !== null) throw new Refusal("email_verified", `${user.email} is verified already.`);
  const { waitMs, send } = await mailer.admit({ kind: "verification", to: user.email, by: user.id });
  if (send === null) throw tooManyLetters(waitMs);
  try {
    await mailVerification(deps, send, user.id, origin);
  } catch (error) {
    if (!(error instanceof MailUnavailable)) throw error;
    throw new Refusal(
      "mail_unavailable",
      "The mail server did not accept the email. Try again in a few minutes; if it stays so, tell an instance admin.",
      { retryAfterSeconds: 60 },
    );
  }
}
