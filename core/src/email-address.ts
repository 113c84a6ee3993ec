// Email addresses and their domains.
// A parser returns the normal form, or null when the text is refused. The domain of an address is ASCII in its normal form
// (IDNA: `bücher.example` is `xn--bcher-kva.example`), so two spellings of one address are one account.
import { hasDisguise } from "./input.ts";

/** Longest email address (RFC 5321 §4.5.3.1: 254 characters in a path without its brackets). */
export const EMAIL_MAX_LENGTH = 254;
/** In octets of UTF-8 (RFC 5321 §4.5.3.1.1). */
const LOCAL_PART_MAX_LENGTH = 64;
// Words with single dots between them (RFC 5321 §4.1.2, a dot-string; beyond ASCII as in RFC 6531).
const LOCAL_PART = /^[^\s@<>()[\]\\,;:".\p{Cc}]+(?:\.[^\s@<>()[\]\\,;:".\p{Cc}]+)*$/u;
const DOMAIN = /^(?=.{4,253}$)(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z](?:[a-z0-9-]{0,61}[a-z0-9])$/;

/**
 * The address as it is stored and mailed: NFC, trimmed, with its domain in ASCII. `null` when no mail could be sent to it,
 * and for a domain that is not in its normal form, such as one in wide or old characters that IDNA would replace by others.
 */
export function parseEmail(text: string): string | null {
  const email = text.normalize("NFC").trim();
  if (email.length > EMAIL_MAX_LENGTH) return null;
  const at = email.lastIndexOf("@");
  const local = email.slice(0, Math.max(at, 0));
  if (!LOCAL_PART.test(local) || octets(local) > LOCAL_PART_MAX_LENGTH || hasDisguise(local)) return null;
  const typed = email.slice(at + 1);
  const domain = asciiDomain(typed);
  if (domain === null) return null;
  const address = `${local}@${domain === typed.toLowerCase() ? typed : domain}`;
  return address.length > EMAIL_MAX_LENGTH ? null : address;
}

/** The same key for every spelling of one address. Accounts and invitations are unique by it. */
export function emailKey(email: string): string {
  const composed = email.normalize("NFC");
  const at = composed.lastIndexOf("@") + 1;
  return composed.slice(0, at).toLowerCase() + emailDomain(composed);
}

/**
 * The same key for every address that most mail servers deliver to one mailbox: without a sub-address, which follows `+`
 * (RFC 5233).
 */
export function mailboxKey(email: string): string {
  const key = emailKey(email);
  const plus = key.indexOf("+");
  const at = key.lastIndexOf("@");
  return plus > 0 && plus < at ? key.slice(0, plus) + key.slice(at) : key;
}

/** The part after the last `@`, in lower case and ASCII. */
export function emailDomain(email: string): string {
  const domain = email.slice(email.lastIndexOf("@") + 1).normalize("NFC");
  return asciiDomain(domain) ?? domain.toLowerCase();
}

/** The domain as it is stored: in lower case and ASCII, without a leading `@`. `null` when it is not a domain name. */
export function parseDomain(text: string): string | null {
  return asciiDomain(text.trim().replace(/^@/, ""));
}

// The domain's name in the URL standard is its ASCII form by IDNA (UTS #46). Every runtime of JavaScript has this class.
declare const URL: new (url: string) => { readonly hostname: string };
// It may hold letters of any script, marks, digits, hyphens, dots and joiners. None of these has a meaning in a URL.
const INTERNATIONAL = /^(?:[\p{L}\p{M}\p{N}.-]|\u200C|\u200D)+$/u;

function asciiDomain(text: string): string | null {
  if (text.length > EMAIL_MAX_LENGTH) return null;
  const domain = text.normalize("NFC").toLowerCase();
  if (DOMAIN.test(domain) && !/(?:^|\.)xn--/.test(domain)) return domain;
  if (!INTERNATIONAL.test(domain)) return null;
  const ascii = hostname(domain);
  if (ascii === null || !DOMAIN.test(ascii)) return null;
  // It must come back as it was typed. IDNA replaces some characters, and then the domain would be another one.
  const decoded = decodeDomain(ascii);
  return decoded !== null && decoded === decodeDomain(domain) && hostname(decoded) === ascii ? ascii : null;
}

function hostname(domain: string): string | null {
  try {
    return new URL(`http://${domain}`).hostname;
  } catch {
    return null;
  }
}

function decodeDomain(domain: string): string | null {
  const labels = domain.split(".").map((label) => (label.startsWith("xn--") ? decodePunycode(label.slice(4)) : label));
  return labels.includes(null) ? null : labels.join(".");
}

/** RFC 3492 §6.2, for one label of at most 59 characters. */
function decodePunycode(encoded: string): string | null {
  const end = encoded.lastIndexOf("-");
  const output = Array.from(encoded.slice(0, Math.max(end, 0)));
  let at = 0;
  let code = 128;
  let bias = 72;
  for (let read = end + 1; read < encoded.length; at++) {
    const before = at;
    for (let weight = 1, k = 36; ; k += 36) {
      const digit = "abcdefghijklmnopqrstuvwxyz0123456789".indexOf(encoded[read++] ?? " ");
      if (digit === -1) return null;
      at += digit * weight;
      const threshold = Math.min(Math.max(k - bias, 1), 26);
      if (digit < threshold) break;
      weight *= 36 - threshold;
    }
    const length = output.length + 1;
    let delta = Math.floor((at - before) / (before === 0 ? 700 : 2));
    delta += Math.floor(delta / length);
    let k = 0;
    for (; delta > 455; k += 36) delta = Math.floor(delta / 35);
    bias = k + Math.floor((36 * delta) / (delta + 38));
    code += Math.floor(at / length);
    at %= length;
    if (code > 0x10ffff) return null;
    output.splice(at, 0, String.fromCodePoint(code));
  }
  return output.join("");
}

// Labels of one script each. Latin characters without those that pass for another; Cyrillic and Greek with a character that no
// Latin one resembles. Scripts from right to left are left out: they would reorder the address around them.
const READABLE =
  /^(?:[a-z0-9\u00DF-\u00F6\u00F8-\u0130\u0132-\u0137\u0139-\u013E\u0141-\u0148\u014A-\u017E-]+|(?=.*[бгджзилпфцчшщъыэюя])[\p{sc=Cyrl}0-9-]+|(?=.*[γδζθλξπσφψω])[\p{sc=Grek}0-9-]+|[\p{sc=Hani}\p{sc=Hira}\p{sc=Kana}ー0-9-]+|[\p{sc=Hang}0-9-]+|[\p{sc=Deva}0-9-]+|[\p{sc=Thai}0-9-]+)$/u;

/**
 * The address, or a domain, as people read it: `bob@bücher.example`. The ASCII form stays where the characters could pass for
 * those of another domain. For display only: it is no key.
 */
export function readableAddress(address: string): string {
  const at = address.lastIndexOf("@") + 1;
  const domain = address.slice(at);
  const decoded = decodeDomain(domain.toLowerCase());
  if (decoded === null || decoded === domain.toLowerCase() || asciiDomain(decoded) === null) return address;
  return decoded.split(".").every((label) => READABLE.test(label)) ? address.slice(0, at) + decoded : address;
}

function octets(text: string): number {
  let count = 0;
  for (const character of text) {
    const code = character.codePointAt(0) ?? 0;
    count += code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;
  }
  return count;
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
