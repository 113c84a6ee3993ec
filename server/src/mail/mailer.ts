// Sends letters by SMTP. Rule: whoever sends does so after the commit of what the letter tells, and decides
// what its failure means. Deliberately absent: a queue on disk, since a letter may hold a one-time link.
import { createTransport } from "nodemailer";
import { htmlOf, type Letter, MailUnavailable, textOf } from "./email.ts";

export interface Mailer {
  /**
   * Resolves when the mail server has accepted the letter. Rejects with `MailUnavailable`, which says why and holds
   * nothing of the letter.
   */
  send(letter: Letter): Promise<void>;
  /** Closes the connections that are kept open. */
  close(): void;
}

export interface MailSettings {
  /** `smtp://` or `smtps://`, with user and password where the server wants them. */
  readonly url: string;
  /** `Mintmark <tokens@example.com>` or an address alone. */
  readonly from: string;
}

// A mail server that is this slow counts as down; whoever waits for the answer waits no longer.
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
    async send(letter) {
      try {
        await transport.sendMail({
          from,
          to: { name: "", address: letter.to },
          subject: letter.subject,
          text: textOf(letter),
          html: htmlOf(letter),
          // RFC 3834: nothing answers it automatically.
          headers: { "Auto-Submitted": "auto-generated" },
        });
      } catch (error) {
        const { code, responseCode } = error as { code?: string; responseCode?: number };
        throw new MailUnavailable(`the mail server did not take the letter: ${code ?? "error"} ${responseCode ?? ""}`);
      }
    },
    close: () => transport.close(),
  };
}
