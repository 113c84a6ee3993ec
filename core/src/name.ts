// Names that people type: of a token, a key, an organization, themselves. And email addresses.

/** Longest name, in Unicode code points after NFC. */
export const NAME_MAX_LENGTH = 100;

// Control characters, line and paragraph separators, bidirectional controls, zero-width characters, blanks that are not
// white space, tags and lone surrogates. With these, a name could look like another one in a list or a log.
const FORBIDDEN =
  /[\p{Cc}\p{Cs}\p{Co}\p{Cn}\u034F\u00AD\u061C\u115F\u1160\u180E\u200B-\u200F\u2028-\u202E\u2060-\u206F\u2800\u3164\uFEFF\uFFA0\uFFF9-\uFFFB\u{E0000}-\u{E007F}]/u;

// Joiners and tags, which are forbidden elsewhere, hold the characters of one emoji together. The expression is compiled on
// first use: it takes 25 ms, and the `mintmark` command never needs it.
let emoji: RegExp | undefined;
const VISIBLE = /[\p{L}\p{N}\p{P}\p{S}]/u;

/**
 * The name as it is stored: NFC, surrounding white space removed. `null` when it is empty, longer
 * than 100 characters, shows nothing, or holds control, bidirectional or invisible characters.
 */
export function parseName(text: string): string | null {
  const name = text.normalize("NFC").trim();
  if (name === "" || [...name].length > NAME_MAX_LENGTH) return null;
  emoji ??= new RegExp("\\p{RGI_Emoji}", "gv");
  return VISIBLE.test(name) && !FORBIDDEN.test(name.replace(emoji, " ")) ? name : null;
}

/**
 * The name that a device or client gave itself, as unverified text to show: without forbidden characters, and cut to
 * `maxLength`. `null` when nothing is left.
 */
export function visibleName(text: string, maxLength: number): string | null {
  const visible = text
    .toWellFormed()
    .normalize("NFC")
    .replaceAll(/\s+/g, " ")
    .replaceAll(new RegExp(FORBIDDEN, "gu"), "");
  const name = [...visible.trim()].slice(0, maxLength).join("").trim();
  return VISIBLE.test(name) ? name : null;
}

/** Longest email address (RFC 5321 §4.5.3.1: 254 characters in a path without its brackets). */
export const EMAIL_MAX_LENGTH = 254;
// Both cases are spelled out: the flag `i` would also match characters outside ASCII that fold to one inside.
const EMAIL =
  /^[^\s@<>()[\]\\,;:"\p{Cc}]+@[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?(?:\.[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?)+$/u;

/** The address as it is stored: NFC, trimmed. `null` when no mail could be sent to it. */
export function parseEmail(text: string): string | null {
  const email = text.normalize("NFC").trim();
  return email.length > EMAIL_MAX_LENGTH || FORBIDDEN.test(email) || !EMAIL.test(email) ? null : email;
}

/** The same key for every spelling of one address. Accounts and invitations are unique by it. */
export function emailKey(email: string): string {
  return email.normalize("NFC").toLowerCase();
}
