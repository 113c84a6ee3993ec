// The emails that the instance sends.
// Rules: an email has plain sentences and at most one action, and its appearance is defined here for all of them. Text
// that people chose, such as names, goes through `quoted`: it stays between its quotes, keeps its direction to itself, and
// never becomes a link. An email may contain a one-time link, so it never goes to the log.
// Deliberately absent: images, tracking, and anything that is loaded when the email is opened.
import { visibleName } from "@mintmark/core";

/** One message to one address. It may contain a one-time link: never log one. */
export interface Email {
  readonly to: string;
  /** One line. */
  readonly subject: string;
  /** Plain text, one paragraph each. */
  readonly paragraphs: readonly string[];
  /** The single action, with an absolute URL of this instance. */
  readonly action?: { readonly label: string; readonly url: string };
  /** The address at which mail programs turn emails of this kind off (RFC 8058); none for emails about security. */
  readonly unsubscribeUrl?: string;
  /** Why the person gets it, and what to do when they did not expect it. */
  readonly reason: string;
}

/** The page of an organization. Opening it switches the reader to that organization if they are a member. */
export function organizationPage(organizationId: string, page: "members" | "api-keys" | "policy" | "audit"): string {
  return `/organization/in/${organizationId}/${page}`;
}

/** The email as plain text. Lines have any length. */
export function textOf({ paragraphs, action, reason }: Email): string {
  const parts = [...paragraphs, ...(action === undefined ? [] : [`${action.label}:\n${action.url}`]), `-- \n${reason}`];
  return `${plain(parts.join("\n\n"))}\n`;
}

/** The email as a small HTML document for light and dark mailboxes. */
export function htmlOf({ subject, paragraphs, action, reason }: Email): string {
  const paragraph = (text: string): string => `<p style="margin:0 0 16px">${markNames(escapeHtml(text))}</p>`;
  const button =
    action === undefined
      ? ""
      : `<p style="margin:24px 0"><a href="${escapeHtml(action.url)}" style="display:inline-block;padding:10px 18px;border-radius:8px;background:#0b6b57;color:#ffffff;text-decoration:none;font-weight:600">${escapeHtml(action.label)}</a></p>
<p style="margin:0 0 16px;font-size:13px;word-break:break-all">${escapeHtml(action.url)}</p>`;
  return `<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><meta name="color-scheme" content="light dark"><meta name="format-detection" content="telephone=no,date=no,address=no,email=no,url=no"><title>${escapeHtml(plain(subject))}</title></head>
<body style="margin:0;padding:24px;font-family:system-ui,sans-serif;font-size:15px;line-height:1.5;overflow-wrap:anywhere">
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

const QUOTED_MAX_LENGTH = 100;
// Double quotes of every kind: with one, a text could pretend to end, and go on in the words of the instance.
const DOUBLE_QUOTES = /["\u00AB\u00BB\u201C-\u201F\u2033\u2036\u275D\u275E\u2E42\u300C-\u300F\u301D-\u301F\uFF02]/gu;
// Mail programs make links of schemes, of `www.`, of names with a top-level domain, and of addresses at one. The dot of a
// version, as in `Mozilla/5.0`, is followed by a digit and makes none.
const LINKS =
  /:(?=\/\/)|(?<=\b(?:mailto|tel|sms|skype|callto)):|(?<=\bwww)\.|(?<=[\p{L}\p{N}\p{M}_-])[.\u2024\u3002\uFF0E\uFF61](?=\p{L}[\p{L}\p{M}\p{N}-])|\\(?=\\)/giu;

/**
 * Text that people or programs chose, in quotes: one line, at most 100 characters, without double quotes inside, and
 * isolated, so that it cannot reorder the words around it. Dots and colons with which a mail program could make a link are
 * put in brackets, as in `evil[.]example`: no blank or invisible character could be copied without notice.
 */
export function quoted(text: string, maxLength: number = QUOTED_MAX_LENGTH): string {
  const whole = visibleName(text, Number.POSITIVE_INFINITY) ?? "";
  const short = [...whole].length > maxLength ? `${visibleName(whole, maxLength - 1) ?? ""}…` : whole;
  return `“${ISOLATE}${short.replace(DOUBLE_QUOTES, "'").replace(LINKS, "[$&]")}${END}”`;
}

const ISOLATE = "\u2068";
const END = "\u2069";
const ISOLATED = /\u2068([^\u2069]*)\u2069/g;
const RIGHT_TO_LEFT = /[\u0590-\u08FF\uFB1D-\uFDFF\uFE70-\uFEFC\u{10800}-\u{10FFF}\u{1E800}-\u{1EFFF}]/u;

/** The text for a subject or a plain body: isolates only what could reorder it, since some programs draw the characters. */
export function plain(text: string): string {
  return text.replace(ISOLATED, (isolated, name: string) => (RIGHT_TO_LEFT.test(name) ? isolated : name));
}

function markNames(html: string): string {
  return html.replace(ISOLATED, '<bdi style="font-weight:600">$1</bdi>');
}

function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}

/**
 * Invitations, proofs of an address, notifications about the account, notices, and tests of the mail server. Each kind
 * has its own limit per mailbox.
 */
export type LimitedKind = "invitation" | "verification" | "reset" | "news" | "password" | "notice" | "test";

export interface EmailCount {
  readonly kind: LimitedKind;
  readonly to: string;
  /**
   * The person who causes it: see `causeOf`. `null` when unknown, and for notices, which people do not cause on
   * purpose.
   */
  readonly by: string | null;
}

/** The limits on emails, where the instance sends any. */
export interface EmailLimits {
  /** Counts an email before it is queued. Returns 0, or how long the caller must wait, in milliseconds. */
  admit(about: EmailCount): Promise<number>;
  /** Reports an email that nobody waits for and that a limit holds back: only its kind is logged. */
  held(kind: LimitedKind): void;
}
