// Sends emails by SMTP.
// Rule: the caller sends after the commit of the change that the email reports, and decides what a failure means.
// Deliberately absent: a queue on disk, because an email may contain a one-time link.
import { createTransport } from "nodemailer";
import { htmlOf, type Email, MailUnavailable, textOf } from "./email.ts";

export interface Mailer {
  /**
   * Resolves when the mail server has accepted the email. Rejects with `MailUnavailable`, whose message has the reason
   * and nothing of the email.
   */
  send(email: Email): Promise<void>;
  /** Closes the open connections. */
  close(): void;
}

export interface MailSettings {
  /** `smtp://` or `smtps://`, with a user and password if the server requires them. */
  readonly url: string;
  /** `Mintmark <tokens@example.com>`, or only an address. */
  readonly from: string;
}

// A slower mail server counts as unavailable, so that callers do not wait longer.
const TIMEOUT_MS = 10_000;

export function createMailer({ url, from }: MailSettings): Mailer {
  const transport = createTransport({
    url,
    pool: true,
    maxConnections: 2,
    connectionTimeout: TIMEOUT_MS,
    greetingTimeout: TIMEOUT_MS,
    socketTimeout: TIMEOUT_MS,
    disableFileAccess: true,
    disableUrlAccess: true,
  });
  return {
    async send(email) {
      try {
        await transport.sendMail({
          from,
          to: { name: "", address: email.to },
          subject: email.subject,
          text: textOf(email),
          html: htmlOf(email),
          // RFC 3834: prevents automatic replies.
          headers: { "Auto-Submitted": "auto-generated" },
        });
      } catch (error) {
        const { code, responseCode } = error as { code?: string; responseCode?: number };
        throw new MailUnavailable(`the mail server did not accept the email: ${code ?? "error"} ${responseCode ?? ""}`);
      }
    },
    close: () => transport.close(),
  };
}
