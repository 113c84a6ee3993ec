import type { Deps } from "../deps.ts";
import type { LimitedMailer } from "./letter-limit.ts";
import { Refusal } from "../refusal.ts";

/** Refuses what cannot be done without mail. */
export function requireMailer({ mailer }: Pick<Deps, "mailer">): LimitedMailer {
  if (mailer !== null) return mailer;
  throw new Refusal(
    "mail_off",
    "This instance has no mail server, so no email can be sent. Ask an instance admin; the operator names one with MINTMARK_SMTP_URL.",
  );
}
