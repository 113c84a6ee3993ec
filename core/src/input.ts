// What people type, and what is accepted: names, new passwords, origins. Addresses are in email-address.ts.
// A parser returns the normal form, or null when the text is refused.

/** Longest name, in Unicode code points after NFC. */
export const NAME_MAX_LENGTH = 100;

// Control characters, line and paragraph separators, bidirectional controls, everything that Unicode lets a program show as
// nothing (Default_Ignorable: zero-width characters, fillers, variation selectors, tags), blanks that are not white space, and
// lone surrogates. With these, a name could look like another one in a list or a log.
const FORBIDDEN = /[\p{Cc}\p{Cs}\p{Co}\p{Cn}\p{DI}\u2028-\u202E\u2800\uFFF9-\uFFFB]/u;

// A variation selector chooses a form of the character before it: of an ideograph, a symbol or a Mongolian character.
const VARIANTS =
  /(?<=\p{sc=Han})[\uFE00-\uFE02\u{E0100}-\u{E01EF}]|(?<=[\p{Emoji}&&\p{S}])[\uFE0E\uFE0F]|(?<=\p{sc=Mong})[\u180B-\u180D\u180F]/gv;

// Joiners and tags, which are forbidden elsewhere, hold the characters of one emoji together. The expression is compiled on
// first use: it takes 25 ms, and the `mintmark` command never needs it.
let emoji: RegExp | undefined;
const JOINER = /[\u200C\u200D]/;
const VISIBLE = /[\p{L}\p{N}\p{P}\p{S}]/u;

// A joiner (U+200D) or non-joiner (U+200C) is part of the spelling in some scripts, where it changes how the characters beside
// it are drawn: beside a virama of an Indian script, and, for the non-joiner, after an Arabic character that would join the
// next one (RFC 5892, appendix A, and here always between two characters of one script). Anywhere else it shows nothing.
const VIRAMAS = {
  Deva: "\u094D",
  Beng: "\u09CD",
  Guru: "\u0A4D",
  Gujr: "\u0ACD",
  Orya: "\u0B4D",
  Taml: "\u0BCD",
  Telu: "\u0C4D",
  Knda: "\u0CCD",
  Mlym: "\u0D4D",
  Sinh: "\u0DCA",
};
const ARABIC = "[\\p{sc=Arab}&&\\p{L}]";
// The Arabic characters that never join the next one: Joining_Type R and U.
const ENDS_JOINING =
  "[\u0621-\u0625\u0627\u0629\u062F-\u0632\u0648\u0671-\u0677\u0688-\u0699\u06C0\u06C3-\u06CB\u06CD\u06CF\u06D2\u06D3\u06D5\u06E5\u06E6\u06EE\u06EF\u0759-\u075B\u076B\u076C\u0771\u0773\u0774\u0778\u0779\u0870-\u0882\u0887\u088E\u08AA-\u08AE\u08B1\u08B2\u08B9\u08C9]";
let joiners: { readonly spelling: RegExp; readonly idle: RegExp } | undefined;

/** The joiners that spelling needs, and the non-joiners behind a character that joins nothing anyway. Compiled on first use. */
function joinerPatterns(): NonNullable<typeof joiners> {
  if (joiners !== undefined) return joiners;
  const indian = Object.entries(VIRAMAS).flatMap(([script, virama]) => {
    const letter = `[\\p{scx=${script}}&&\\p{L}]`;
    return [`(?<=${letter}\\p{M}*${virama})[\u200C\u200D](?=${letter})`, `(?<=${letter})\u200D(?=${virama}${letter})`];
  });
  const arabic = `(?<=[${ARABIC}--${ENDS_JOINING}]\\p{Mn}*)\u200C(?=${ARABIC})`;
  joiners = {
    spelling: new RegExp([...indian, arabic].join("|"), "gv"),
    idle: new RegExp(`(?<=${ENDS_JOINING}\\p{Mn}*)\u200C(?=${ARABIC})`, "gv"),
  };
  return joiners;
}

/**
 * The name as it is stored: NFC, surrounding white space removed, and without the non-joiners that Persian keyboards leave
 * behind a character that joins nothing, so that two names that look alike are one. `null` when it is empty, longer than 100
 * characters, shows nothing, or holds control, bidirectional or invisible characters. A joiner is accepted between two
 * characters where their script needs it, and in an emoji; a variation selector after a character that has variants.
 */
export function parseName(text: string): string | null {
  let name = text.normalize("NFC").trim();
  emoji ??= new RegExp("\\p{RGI_Emoji}", "gv");
  if (JOINER.test(name)) name = name.replace(joinerPatterns().idle, "");
  if (name === "" || [...name].length > NAME_MAX_LENGTH || !VISIBLE.test(name)) return null;
  let strict = name.replace(emoji, " ").replace(VARIANTS, "");
  if (JOINER.test(strict)) strict = strict.replace(joinerPatterns().spelling, "");
  return FORBIDDEN.test(strict) ? null : name;
}

export const EXTERNAL_ID_LENGTHS = { least: 1, most: 128 };
const EXTERNAL_ID = /^(?!\.{1,2}$)[!-~](?:[ -~]*[!-~])?$/;

/**
 * Whether the text can be the host's id of a user or an organization: 1 to 128 printable ASCII characters. A space
 * begins and ends none: a header would lose it, and two ids would become one. Nor is it `.` or `..`: clients remove
 * these from a URL, even percent-encoded, so nobody could read, change or delete what has such an id.
 */
export function isExternalId(text: string): boolean {
  return text.length <= EXTERNAL_ID_LENGTHS.most && EXTERNAL_ID.test(text);
}

/** Whether the text holds a character with which it could look like another one. */
export function hasDisguise(text: string): boolean {
  return FORBIDDEN.test(text);
}

/**
 * The name that a device or client gave itself, as unverified text to show: without forbidden characters, and cut to
 * `maxLength`. `null` when nothing is left.
 */
export function visibleName(text: string, maxLength: number): string | null {
  const line = text.toWellFormed().normalize("NFC").replaceAll(/\s+/g, " ");
  const cut = (whole: string): string => [...whole.trim()].slice(0, maxLength).join("").trim();
  const name = parseName(cut(line)) ?? cut(line.replaceAll(new RegExp(FORBIDDEN, "gu"), ""));
  return VISIBLE.test(name) ? name : null;
}

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
