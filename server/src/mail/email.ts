// What the instance writes to people. Rule: a letter is plain sentences and at most one thing to do; how it looks
// is decided here, once, for all of them. Text that people chose (names) is escaped, and never becomes a link.
// Deliberately absent: images, tracking, anything that is fetched when the letter is opened.

/** One message to one address. It may hold a one-time link: never log one. */
export interface Letter {
  readonly to: string;
  /** One line. */
  readonly subject: string;
  /** Plain text, one paragraph each. */
  readonly paragraphs: readonly string[];
  /** The one thing to do, at an absolute URL of this instance. */
  readonly action?: { readonly label: string; readonly url: string };
  /** Why this person gets it, and what to do when they did not expect it. */
  readonly reason: string;
}

/** The letter as plain text, lines of any length. */
export function textOf({ paragraphs, action, reason }: Letter): string {
  const parts = [...paragraphs, ...(action === undefined ? [] : [`${action.label}:\n${action.url}`]), `-- \n${reason}`];
  return `${parts.join("\n\n")}\n`;
}

/** The letter as a small HTML document that reads well in a light and in a dark mailbox. */
export function htmlOf({ subject, paragraphs, action, reason }: Letter): string {
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

/**
 * Text that people chose, as it may stand in a letter: in quotes, and never made a link by a mail program, for it is
 * broken wherever an address could be seen in it.
 */
export function quoted(text: string): string {
  return `“${text.replace(/([.:/\\@\u2024\u3002\uFF0E\uFF0F\uFF1A\uFF61])(?=\S)/gu, "$1 ")}”`;
}

function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}

/** Proofs of an address, what people are told of their account, and notices; each counts for itself at a mailbox. */
export type LetterKind = "invitation" | "verification" | "reset" | "told" | "notice";

export interface LetterCount {
  readonly kind: LetterKind;
  readonly to: string;
  /** Who causes it: see `causeOf`. `null` where nobody is known, and for notices, whose senders do not choose them. */
  readonly by: string | null;
}

/** Permission to send one email, or for how long to wait, in milliseconds. */
export type Admission =
  | { readonly waitMs: 0; readonly send: (letter: Letter) => Promise<void> }
  | { readonly waitMs: number; readonly send: null };

/** How an instance with a mail server sends emails. */
export interface LimitedMailer {
  /** Counts a letter before it is made. */
  admit(about: LetterCount): Promise<Admission>;
  /** The same for a letter that nobody waits for: one that must not be sent is logged, by its kind alone. */
  admitLater(about: LetterCount): Promise<Admission>;
}

/** The mail server did not take a letter. Apart from the mailer, which is loaded only where mail is configured. */
export class MailUnavailable extends Error {
  override readonly name = "MailUnavailable";
}
