// The emails that the instance sends.
// Rules: an email has plain sentences and at most one action, and its appearance is defined here for all of them. Text
// that people chose, such as names, is escaped and never becomes a link. An email may contain a one-time link, so it
// never goes to the log.
// Deliberately absent: images, tracking, and anything that is loaded when the email is opened.

/** One message to one address. It may contain a one-time link: never log one. */
export interface Email {
  readonly to: string;
  /** One line. */
  readonly subject: string;
  /** Plain text, one paragraph each. */
  readonly paragraphs: readonly string[];
  /** The single action, with an absolute URL of this instance. */
  readonly action?: { readonly label: string; readonly url: string };
  /** Why the person gets it, and what to do when they did not expect it. */
  readonly reason: string;
}

/** The email as plain text. Lines have any length. */
export function textOf({ paragraphs, action, reason }: Email): string {
  const parts = [...paragraphs, ...(action === undefined ? [] : [`${action.label}:\n${action.url}`]), `-- \n${reason}`];
  return `${parts.join("\n\n")}\n`;
}

/** The email as a small HTML document for light and dark mailboxes. */
export function htmlOf({ subject, paragraphs, action, reason }: Email): string {
  const paragraph = (text: string): string => `<p style="margin:0 0 16px">${escapeHtml(text)}</p>`;
  const button =
    action === undefined
      ? ""
      : `<p style="margin:24px 0"><a href="${escapeHtml(action.url)}" style="display:inline-block;padding:10px 18px;border-radius:8px;background:#0b6b57;color:#ffffff;text-decoration:none;font-weight:600">${escapeHtml(action.label)}</a></p>
<p style="margin:0 0 16px;font-size:13px;word-break:break-all">${escapeHtml(action.url)}</p>`;
  return `<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><meta name="color-scheme" content="light dark"><title>${escapeHtml(subject)}</title></head>
<body style="margin:0;padding:24px;font-family:system-ui,sans-serif;font-size:15px;line-height:1.5">
<div style="max-width:560px;margin:0 auto">
<p style="margin:0 0 24px;font-weight:700">Mintmark</p>
${paragraphs.map(paragraph).join("\n")}
${button}
<p style="margin:32px 0 0;padding-top:16px;border-top:1px solid #8888;font-size:13px">${escapeHtml(reason)}</p>
</div>
</body>
</html>
`;
}

/** Text that people chose, in quotes. A blank breaks up anything that a mail program could turn into a link. */
export function quoted(text: string): string {
  return `“${text.replace(/([.:/\\@\u2024\u3002\uFF0E\uFF0F\uFF1A\uFF61])(?=\S)/gu, "$1 ")}”`;
}

function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}

/**
 * Invitations, proofs of an address, notifications about the account, and notices. Each kind has its own limit per
 * mailbox.
 */
export type EmailKind = "invitation" | "verification" | "reset" | "told" | "notice";

export interface EmailCount {
  readonly kind: EmailKind;
  readonly to: string;
  /**
   * The person who causes it: see `causeOf`. `null` when unknown, and for notices, which people do not cause on
   * purpose.
   */
  readonly by: string | null;
}

/** Permission to send one email, or the time to wait in milliseconds. */
export type Admission =
  | { readonly waitMs: 0; readonly send: (email: Email) => Promise<void> }
  | { readonly waitMs: number; readonly send: null };

/** Sends emails within the limits. */
export interface LimitedMailer {
  /** Counts an email before it is written. */
  admit(about: EmailCount): Promise<Admission>;
  /** The same for an email that nobody waits for. When the limit refuses it, only its kind is logged. */
  admitLater(about: EmailCount): Promise<Admission>;
}

/**
 * The mail server did not accept an email. Defined apart from the mailer, which is loaded only where mail is
 * configured.
 */
export class MailUnavailable extends Error {
  override readonly name = "MailUnavailable";
}
