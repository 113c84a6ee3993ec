// What people type, and what is accepted: names, email addresses and their domains, new passwords, origins.
// A parser returns the normal form, or null when the text is refused.

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

const DOMAIN = /^(?=.{4,253}$)(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z](?:[a-z0-9-]{0,61}[a-z0-9])$/;

/** The part after the last `@`, in lower case. */
export function emailDomain(email: string): string {
  return email.slice(email.lastIndexOf("@") + 1).toLowerCase();
}

/** The domain as it is stored: in lower case, without a leading `@`. `null` when it is not a domain name. */
export function parseDomain(text: string): string | null {
  const domain = text.trim().toLowerCase().replace(/^@/, "");
  return DOMAIN.test(domain) ? domain : null;
}

/** Whether anyone can get an address in this domain or in one above it, so that an address proves nothing. */
export function isPublicMailDomain(domain: string): boolean {
  const labels = domain.split(".");
  return labels.some((_, index) => PUBLIC_MAIL_DOMAINS.has(labels.slice(index).join(".")));
}

/**
 * The well-known providers that give addresses to anyone, and disposable mailboxes. The list cannot be complete. A domain is
 * safe because the person who opens an organization to it must have a verified address there.
 */
const PUBLIC_MAIL_DOMAINS: ReadonlySet<string> = new Set(
  `
  126.com 139.com 163.com 189.cn aliyun.com aol.com att.net bell.net bellsouth.net bigpond.com bluewin.ch
  bol.com.br btinternet.com charter.net comcast.net cox.net daum.net disroot.org duck.com earthlink.net email.com
  email.cz fastmail.com fastmail.fm foxmail.com free.fr freenet.de gmail.com gmx.at gmx.ch gmx.com gmx.de gmx.net
  googlemail.com hanmail.net hey.com hotmail.co.uk hotmail.com hotmail.de hotmail.es hotmail.fr hotmail.it
  hushmail.com icloud.com ig.com.br inbox.com inbox.lv interia.pl juno.com kakao.com laposte.net libero.it live.ca
  live.co.uk live.com live.de live.fr live.it live.nl mac.com mail.bg mail.com mail.de mail.ee mail.ru mailbox.org
  mailfence.com me.com msn.com naver.com netzero.net ntlworld.com o2.pl onet.pl optonline.net orange.fr
  outlook.co outlook.com outlook.de outlook.es outlook.fr outlook.it pm.me posteo.de posteo.net proton.me
  protonmail.ch protonmail.com qq.com rambler.ru rediffmail.com riseup.net rocketmail.com rogers.com runbox.com
  sapo.pt sbcglobal.net seznam.cz sfr.fr shaw.ca simplelogin.com sina.cn sina.com sky.com sohu.com sympatico.ca
  t-online.de talktalk.net telus.net terra.com.br tiscali.it tuta.com tuta.io tutamail.com tutanota.com
  tutanota.de uol.com.br verizon.net virgilio.it virginmedia.com vk.com wanadoo.fr web.de windstream.net wp.pl
  yahoo.ca yahoo.co.id yahoo.co.in yahoo.co.jp yahoo.co.uk yahoo.com yahoo.com.ar yahoo.com.au yahoo.com.br
  yahoo.com.mx yahoo.de yahoo.es yahoo.fr yahoo.it yandex.com yandex.ru yeah.net ymail.com zoho.com zohomail.com
  10minutemail.com 33mail.com anonaddy.com anonaddy.me burnermail.io dispostable.com fakeinbox.com
  getnada.com grr.la guerrillamail.com guerrillamail.net maildrop.cc mailinator.com mailnesia.com mintemail.com
  moakt.com mohmal.com mozmail.com mytemp.email passmail.net relay.firefox.com sharklasers.com spam4.me
  spamgourmet.com temp-mail.org tempmail.com throwawaymail.com trashmail.com yopmail.com
  `
    .trim()
    .split(/\s+/),
);

/** In Unicode code points. */
export const PASSWORD_MIN_LENGTH = 10;
export const PASSWORD_MAX_LENGTH = 256;

// The passwords that attackers try first, besides the person's name and address. The pattern can split a text in one
// way only. With two ways for each repetition, a long text would take years.
const COMMON =
  /^(password|passwort|passw0rd|qwerty|qwertz|letmein|welcome|iloveyou|admin|mintmark|changeme|abc|0?123456789?|1q2w3e4r|111|000)+[\d!.?]*$/i;

/** The reason why a password cannot be used, as a sentence, or `null`. `personal` is the name and the address. */
export function passwordProblem(password: string, personal: readonly string[]): string | null {
  const length = [...password].length;
  if (length < PASSWORD_MIN_LENGTH) return `Use at least ${PASSWORD_MIN_LENGTH} characters.`;
  if (length > PASSWORD_MAX_LENGTH) return `Use at most ${PASSWORD_MAX_LENGTH} characters.`;
  if (COMMON.test(password) || new Set(password).size < 4)
    return "This password is among the first that are guessed; choose another.";
  const lower = password.toLowerCase();
  const own = personal
    .map((text) => text.toLowerCase())
    .flatMap((text) => [text, ...text.split(/[@\s]/)])
    .find((part) => part.length >= 4 && lower === part);
  return own === undefined ? null : "Do not use your name or email address as the password.";
}

const LOOPBACK_HOST = /^(?:localhost|127(?:\.\d{1,3}){3}|\[::1\])$/i;
const HTTP_ORIGIN = /^http:\/\/(\[[^\]]*\]|[^:/]*)(?::\d{1,5})?$/i;

/** Whether a host of a URL, without its port, is this machine: `localhost`, `127.0.0.1`, `[::1]`. */
export function isLoopbackHost(host: string): boolean {
  return LOOPBACK_HOST.test(host);
}

/** Whether an origin such as `http://127.0.0.1:3210` is plain HTTP on a loopback host, and so not behind a TLS proxy. */
export function isLoopbackOrigin(origin: string): boolean {
  return isLoopbackHost(HTTP_ORIGIN.exec(origin)?.[1] ?? "");
}
