// Sends one email by SMTP, and reports the outcome.
// Rule: an email counts as not sent only while the server cannot have it. From the moment its text goes out until the
// server's answer, the outcome is unknown. Every attempt uses its own connection, which `signal` can cut.
// Deliberately absent: trying again, which the sender of the outbox decides (use-cases/mail/sender.ts).
import { Readable } from "node:stream";
import { isLoopbackHost } from "@mintmark/core";
import MailComposer from "nodemailer/lib/mail-composer";
import { parseConnectionUrl } from "nodemailer/lib/shared";
import SMTPConnection from "nodemailer/lib/smtp-connection";
import { htmlOf, type Email, textOf } from "./email.ts";

/**
 * The outcome of one attempt. `refused`: the server will never accept this email, or not for this recipient. `failed`: it
 * did not accept it now, or could not be asked. `unknown`: it may have accepted it.
 */
export type Attempt =
  | { readonly outcome: "sent" }
  | {
      readonly outcome: "refused" | "failed" | "unknown";
      /** The step and the code, for logs: `RCPT TO 550 5.1.1`, `CONN ECONNREFUSED`. */
      readonly code: string;
      /** The same with the server's words, for instance admins. At most 200 characters, without links and secrets. */
      readonly cause: string;
      /** Whether the server could not be asked about this email at all, so that others will fail as well. */
      readonly isGeneral: boolean;
    };

export interface Mailer {
  /** Makes one attempt. The id makes the `Message-ID`, so every attempt at one email has the same. Never rejects. */
  send(email: Email, id: string, signal: AbortSignal): Promise<Attempt>;
}

export interface MailSettings {
  /** `smtp://` or `smtps://`, with a user and password if the server requires them. */
  readonly url: string;
  /** `Mintmark <tokens@example.com>`, or only an address. */
  readonly from: string;
}

export interface MailTimes {
  readonly connectMs: number;
  /** Until the greeting. RFC 5321 §4.5.3.2.1: five minutes. */
  readonly greetingMs: number;
  /** Silence after which an attempt ends. §4.5.3.2.6: ten minutes for the answer to the text, the longest of all. */
  readonly answerMs: number;
  /** The longest attempt, however slowly the server goes on. */
  readonly attemptMs: number;
}

const MINUTE_MS = 60_000;

export const MAIL_TIMES: MailTimes = {
  connectMs: MINUTE_MS,
  greetingMs: 5 * MINUTE_MS,
  answerMs: 10 * MINUTE_MS,
  attemptMs: 15 * MINUTE_MS,
};

/** `baseUrl` is the instance's origin: its host is the right side of every `Message-ID`. */
export function createMailer({ url, from }: MailSettings, baseUrl: string, times: MailTimes = MAIL_TIMES): Mailer {
  const { auth, ...server } = parseConnectionUrl(url);
  const { hostname, host } = new URL(baseUrl);
  // A password goes out in clear text only to this machine: without STARTTLS the attempt fails before it is sent.
  const mustEncrypt = auth !== undefined && server.host !== "::1" && !isLoopbackHost(server.host ?? "");
  return {
    async send(email, id, signal) {
      const message = await messageOf(email, from, { messageId: `<${id}@${hostname}>`, host });
      const { user = "", pass = "" } = (auth ?? {}) as { readonly user?: string; readonly pass?: string };
      const connection = new SMTPConnection({
        ...server,
        ...(mustEncrypt ? { requireTLS: true, ignoreTLS: false } : {}),
        connectionTimeout: times.connectMs,
        greetingTimeout: times.greetingMs,
        socketTimeout: times.answerMs,
      });
      const until = AbortSignal.any([signal, AbortSignal.timeout(times.attemptMs)]);
      return attempt(connection, { ...message, credentials: user === "" ? null : { user, pass } }, until);
    },
  };
}

interface Message {
  readonly envelope: { readonly from: string; readonly to: string[] };
  readonly text: Buffer;
}

async function messageOf(
  email: Email,
  from: string,
  { messageId, host }: { readonly messageId: string; readonly host: string },
): Promise<Message> {
  const { unsubscribeUrl } = email;
  const composed = new MailComposer({
    from,
    to: { name: "", address: email.to },
    // Its reader may have accounts at several instances.
    subject: `${email.subject} · ${host}`,
    text: textOf(email),
    html: htmlOf(email),
    messageId,
    headers: {
      // RFC 3834: prevents automatic replies.
      "Auto-Submitted": "auto-generated",
      ...(unsubscribeUrl === undefined
        ? {}
        : { "List-Unsubscribe": `<${unsubscribeUrl}>`, "List-Unsubscribe-Post": "List-Unsubscribe=One-Click" }),
    },
    disableFileAccess: true,
    disableUrlAccess: true,
  }).compile();
  const envelope = composed.getEnvelope();
  return {
    envelope: { from: envelope.from === false ? "" : envelope.from, to: [...envelope.to] },
    text: await composed.build(),
  };
}

interface Addressed extends Message {
  readonly credentials: { readonly user: string; readonly pass: string } | null;
}

function attempt(connection: SMTPConnection, message: Addressed, signal: AbortSignal): Promise<Attempt> {
  let isOut = false;
  let isUnknownSender = false;
  return new Promise<Attempt>((resolve) => {
    const end = (error: SmtpError | null): void => {
      signal.removeEventListener("abort", cut);
      resolve(error === null ? { outcome: "sent" } : attemptOf(error, { isOut, isUnknownSender }));
      connection.close();
    };
    const cut = (): void => end({ code: "ABORTED" });
    if (signal.aborted) return cut();
    signal.addEventListener("abort", cut);
    connection.on("error", end);
    // The text is read when the server has accepted the recipient and asks for it.
    const text = Readable.from(
      (function* () {
        isOut = true;
        yield message.text;
      })(),
    );
    const send = (): void => connection.send(message.envelope, text, (error) => end(error));
    connection.connect((error) => {
      if (error) return end(error);
      const { credentials } = message;
      isUnknownSender = credentials !== null && !connection.allowsAuth;
      if (credentials === null || isUnknownSender) return send();
      connection.login({ credentials }, (refused) => (refused ? end(refused) : send()));
    });
  });
}

interface SmtpError {
  readonly code?: string | undefined;
  readonly originalCode?: string | undefined;
  readonly command?: string | undefined;
  readonly response?: string | undefined;
  readonly responseCode?: number | undefined;
}

/** RFC 4954 §6: the server wants other credentials. The operator can correct them, and then the email is taken. */
const WANTS_AUTHENTICATION: ReadonlySet<number> = new Set([530, 534, 535, 538]);

/**
 * `isUnknownSender`: there are credentials, but the server offered no login. Then it may refuse every email for good, and
 * take it when its login works again.
 */
function attemptOf(
  error: SmtpError,
  { isOut, isUnknownSender }: { readonly isOut: boolean; readonly isUnknownSender: boolean },
): Attempt {
  const { command = "CONN", response = "", responseCode } = error;
  const isAboutEmail = command === "RCPT TO" || command === "DATA";
  const status = /^\d{3}[ -](\d\.\d{1,3}\.\d{1,3})\b/.exec(response)?.[1];
  const code = [command, responseCode ?? error.originalCode ?? error.code ?? "error", status].filter(Boolean).join(" ");
  // Words of a failed login could repeat what was sent.
  const words = isAboutEmail || command === "MAIL FROM" ? wordsOf(response) : "";
  const mayLogInLater = isUnknownSender || WANTS_AUTHENTICATION.has(responseCode ?? 0);
  const isFinal = isAboutEmail && (responseCode ?? 0) >= 500 && !mayLogInLater;
  const outcome = isFinal ? "refused" : isOut && responseCode === undefined ? "unknown" : "failed";
  return {
    outcome,
    code,
    cause: words === "" ? code : `${code}: ${words}`.slice(0, 200),
    isGeneral: !isAboutEmail && !isOut,
  };
}

/** The server's words without its codes. A server may quote the email: links, and anything that could be a secret, are cut. */
function wordsOf(response: string): string {
  return response
    .replace(/^\d{3}[ -](\d\.\d{1,3}\.\d{1,3} )?/gm, "")
    .replace(/[\p{Cc}\p{Cf}\s]+/gu, " ")
    .replace(/\S*:\/\/\S*/g, "…")
    .replace(/[\w+/=-]{24,}/g, "…")
    .trim();
}
