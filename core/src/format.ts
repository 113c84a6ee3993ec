// The forms of secrets and ids. A secret is `<brand>_<pat|key|svc|mgt|emb>_` + 40 lower-case hex (160 random bits) + 8 lower-case hex:
// the CRC-32 (IEEE 802.3, as zlib computes it) of everything before it. So a typo, a truncation or another product's token is
// refused before any lookup. An id is a type prefix and 32 hex (128 random bits).
// Rule: a plaintext secret is a `Secret`, which never prints.

/**
 * Which credential a secret is: a person's token, an organization's key, a service's key, a management key of the host, or
 * the session of a page that a host frames.
 */
export type CredentialKind = "pat" | "api_key" | "service_key" | "management_key" | "page_token";

const KIND_TAG: Readonly<Record<CredentialKind, string>> = {
  pat: "pat",
  api_key: "key",
  service_key: "svc",
  management_key: "mgt",
  page_token: "emb",
};
const TAG_KIND: ReadonlyMap<string, CredentialKind> = new Map(
  Object.entries(KIND_TAG).map(([kind, tag]) => [tag, kind as CredentialKind]),
);

export const DEFAULT_BRAND = "mm";
/** Random bytes in a secret. */
export const SECRET_RANDOM_BYTES = 20;
const CHECKSUM_LENGTH = 8;
/** Hexadecimal digits after the tag: the random bytes and the checksum. */
export const SECRET_DIGITS: number = 2 * SECRET_RANDOM_BYTES + CHECKSUM_LENGTH;
/** Characters of a secret that are shown in lists and logs. A hint beside the id, never a key. */
export const PREFIX_LENGTH = 10;

const [BRAND_MIN, BRAND_MAX, TAG_LENGTH] = [1, 4, 3] as const;
const ANY_BRAND = `[a-z][a-z0-9]{0,${BRAND_MAX - 1}}`;
const TAG = `_(?:${[...TAG_KIND.keys()].join("|")})_`;
const DIGITS = `[0-9a-f]{${SECRET_DIGITS}}`;
/** Where the tag begins, counted from the end: `pat_` and the digits. */
const TAG_FROM_END = TAG_LENGTH + 1 + SECRET_DIGITS;
export const SHORTEST_SECRET: number = BRAND_MIN + 1 + TAG_FROM_END;
const LONGEST_SECRET = BRAND_MAX + 1 + TAG_FROM_END;

export const BRAND_PATTERN = new RegExp(`^${ANY_BRAND}$`);
const SHAPE = new RegExp(`^${ANY_BRAND}${TAG}${DIGITS}$`);
/**
 * So many digits after a tag are treated as a secret in texts that must not hold one. More than any prefix shows (4), and
 * too few to guess the rest.
 */
const SUSPECT_DIGITS = 8;
const SUSPECT = `${ANY_BRAND}${TAG}[0-9a-f]{${SUSPECT_DIGITS},}`;
const REDACTED = new RegExp(SUSPECT, "gi");
const SUSPECTED = new RegExp(SUSPECT, "i");
const BEGUN = new RegExp(`${ANY_BRAND}${TAG}[0-9a-f]+`, "i");
const AFTER_TAG = new RegExp(`^${ANY_BRAND}${TAG}(.*)$`, "is");

const CRC_TABLE: Uint32Array = Uint32Array.from({ length: 256 }, (_, byte) => {
  let value = byte;
  for (let bit = 0; bit < 8; bit++) value = value & 1 ? (value >>> 1) ^ 0xedb88320 : value >>> 1;
  return value >>> 0;
});

/** CRC-32 (IEEE) of ASCII text, as 8 lower-case hex digits, most significant first. */
export function crc32Hex(ascii: string, length: number = ascii.length): string {
  let crc = 0xffffffff;
  for (let i = 0; i < length; i++) {
    crc = (CRC_TABLE[(crc ^ ascii.charCodeAt(i)) & 0xff] as number) ^ (crc >>> 8);
  }
  return ((crc ^ 0xffffffff) >>> 0).toString(16).padStart(CHECKSUM_LENGTH, "0");
}

/**
 * Builds a secret from 20 bytes of cryptographic randomness that the caller supplies.
 * Throws when the brand or the number of bytes is wrong: both are bugs, not input errors.
 */
export function formatSecret(brand: string, kind: CredentialKind, random: Uint8Array): Secret {
  if (!BRAND_PATTERN.test(brand)) throw new Error(`brand "${brand}" does not match ${BRAND_PATTERN.source}`);
  if (random.length !== SECRET_RANDOM_BYTES) throw new Error(`a secret is made of ${SECRET_RANDOM_BYTES} random bytes`);
  let body = `${brand}_${KIND_TAG[kind]}_`;
  for (const byte of random) body += byte.toString(16).padStart(2, "0");
  return new Secret(body + crc32Hex(body));
}

export type ParsedSecret =
  | { readonly ok: true; readonly kind: CredentialKind }
  | { readonly ok: false; readonly code: "token_malformed" | "token_wrong_issuer" | "token_checksum_mismatch" };

/**
 * Checks the text of a credential without a lookup: its shape, then its issuer, then its checksum. Exact: no trimming, no
 * case folding. `brands` are the present brand and the retired ones.
 */
export function parseSecret(text: string, brands: ReadonlySet<string>): ParsedSecret {
  if (text.length > LONGEST_SECRET || !SHAPE.test(text)) return { ok: false, code: "token_malformed" };
  const tagBegin = text.length - TAG_FROM_END;
  if (!brands.has(text.slice(0, tagBegin - 1))) return { ok: false, code: "token_wrong_issuer" };
  const bodyLength = text.length - CHECKSUM_LENGTH;
  if (crc32Hex(text, bodyLength) !== text.slice(bodyLength)) return { ok: false, code: "token_checksum_mismatch" };
  return { ok: true, kind: TAG_KIND.get(text.slice(tagBegin, tagBegin + 3)) as CredentialKind };
}

/** Characters that copying leaves around a text: white space, byte-order marks (also read as Latin-1), zero-width characters, quotation marks. */
const CLINGING = "[\\s\\uFEFF\\u200B-\\u200D\\u2060\\u00EF\\u00BB\\u00BF\"'`]";
/** Those, a name before `=` or `:`, and the scheme `Bearer`. Each alternative begins differently, so matching is linear. */
const BEFORE = new RegExp(`^(?:${CLINGING}|bearer\\s|(?:export\\s)?[\\w-]{1,100}\\s?[=:])+`, "i");
const CLINGS = new RegExp(`${CLINGING}|[,;]`);
const BARE = /^[a-z0-9_]+$/;

/**
 * One credential without what copying puts around it: white space, byte-order marks, quotation marks, a name with `=` or
 * `:` (`TOKEN=…`), and `Bearer`. Every input for a credential uses this function, so a text means the same everywhere. The
 * rest need not be a secret: `parseSecret` checks that.
 */
export function trimSecret(text: string): string {
  if (BARE.test(text)) return text;
  const begin = BEFORE.exec(text)?.[0].length ?? 0;
  let end = text.length;
  while (end > begin && CLINGS.test(text[end - 1] as string)) end--;
  return text.slice(begin, end);
}

export type Intake =
  | { readonly ok: true; readonly secret: string }
  | {
      readonly ok: false;
      readonly code: "credentials_missing" | "credentials_multiple" | "credentials_malformed" | "scheme_unsupported";
    };

const MISSING: Intake = { ok: false, code: "credentials_missing" };
const MULTIPLE: Intake = { ok: false, code: "credentials_multiple" };
const MALFORMED: Intake = { ok: false, code: "credentials_malformed" };
const UNSUPPORTED: Intake = { ok: false, code: "scheme_unsupported" };

/**
 * Accepts exactly one of `Authorization: Bearer …` (RFC 6750 §2.1) and `X-API-Key: …`. It reads the raw header list
 * (name, value, name, value …), because a parsed one hides duplicates.
 */
export function intake(rawHeaders: readonly string[]): Intake {
  const header = credentialHeader(rawHeaders);
  if (header === null) return MISSING;
  if (header === "multiple") return MULTIPLE;
  return header.scheme === "bearer" ? intakeOf(header.value) : header.scheme === "" ? MALFORMED : UNSUPPORTED;
}

/** The one header that carries a credential: its scheme in lower case, and its value. `X-API-Key` counts as bearer. */
export function credentialHeader(
  rawHeaders: readonly string[],
): { readonly scheme: string; readonly value: string } | "multiple" | null {
  let name = "";
  let value: string | undefined;
  for (let i = 0; i < rawHeaders.length; i += 2) {
    const header = rawHeaders[i] as string;
    // Only names of these two lengths can be a credential header. All others are skipped without lower-casing.
    if (header.length !== 13 && header.length !== 9) continue;
    const lower = header.toLowerCase();
    if (lower !== "authorization" && lower !== "x-api-key") continue;
    if (value !== undefined) return "multiple";
    name = lower;
    value = rawHeaders[i + 1] as string;
  }
  if (value === undefined) return null;
  const whole = value.trim();
  if (name === "x-api-key") return { scheme: "bearer", value: whole };
  const space = whole.indexOf(" ");
  return space === -1
    ? { scheme: whole.toLowerCase(), value: "" }
    : { scheme: whole.slice(0, space).toLowerCase(), value: whole.slice(space + 1) };
}

/** Reads the value of a header. White space or a comma inside means that a proxy or client joined two values. */
export function intakeOf(text: string): Intake {
  const secret = trimSecret(text);
  return secret === "" || /[\s,]/.test(secret) ? MALFORMED : { ok: true, secret };
}

/**
 * Every secret of these brands in a text, whatever stands around it, each once and in lower case. Only secrets with a
 * right checksum count. It finds every text that `trimSecret` and `parseSecret` accept together, so a text that
 * authenticates a request can be revoked unchanged.
 */
export function findSecrets(text: string, brands: ReadonlySet<string>): ReadonlySet<string> {
  const found = new Set<string>();
  const lower = text.toLowerCase();
  for (const brand of brands) {
    const pattern = secretPattern(brand);
    for (let match = pattern.exec(lower); match !== null; match = pattern.exec(lower)) {
      // A truncated secret can run into the next one, which then begins inside this match.
      if (parseSecret(match[0], brands).ok) found.add(match[0]);
      else pattern.lastIndex = match.index + 1;
    }
  }
  return found;
}

/** The part of a secret that may be shown: its first 10 characters. */
export function prefixOf(secret: Secret): string {
  return secret.expose().slice(0, PREFIX_LENGTH);
}

/** The beginnings of the secrets of a brand, one for each kind. Scanners search for these before any pattern. */
export function secretPrefixes(brand: string): readonly string[] {
  return [...TAG_KIND.keys()].map((tag) => `${brand}_${tag}_`);
}

/**
 * The regular expression that finds secrets in text, of one brand or of any. It also matches where letters, digits or
 * underscores touch a secret, because a secret that was pasted into a word is still a secret. Scanners use its source, so it
 * has neither lookaround nor back references.
 */
export function secretPattern(brand: string = ANY_BRAND): RegExp {
  return new RegExp(`${brand}${TAG}${DIGITS}`, "g");
}

/** Whether the text holds a secret of any brand, or enough of one to be treated as a secret. */
export function holdsSecret(text: string): boolean {
  return SUSPECTED.test(text);
}

/** The text with `[secret]` in place of everything that `holdsSecret` finds. Prefixes, as lists show them, stay. */
export function redactSecrets(text: string): string {
  return text.replaceAll(REDACTED, "[secret]");
}

/** The prefix of the first secret, whole or begun, in a text: as lists show it, in lower case. `null` without one. */
export function prefixIn(text: string): string | null {
  return BEGUN.exec(text)?.[0].slice(0, PREFIX_LENGTH).toLowerCase() ?? null;
}

/** The part after brand and tag of a text that begins like a secret, in upper or lower case; `null` for other texts. */
export function afterTag(text: string): string | null {
  return AFTER_TAG.exec(text)?.[1] ?? null;
}

/**
 * A plaintext credential that cannot be printed by accident: every conversion to text that JavaScript has
 * gives `[secret]`. Only `expose()` gives the plaintext, and a repository test lists the files
 * that may call it.
 */
export class Secret {
  readonly #plaintext: string;

  constructor(plaintext: string) {
    this.#plaintext = plaintext;
  }

  /** The plaintext. Call it only to hash the secret or to give it to its owner. */
  expose(): string {
    return this.#plaintext;
  }

  toString(): string {
    return "[secret]";
  }

  toJSON(): string {
    return "[secret]";
  }

  [Symbol.toPrimitive](): string {
    return "[secret]";
  }

  // Node's console.log and util.inspect look for this registered symbol.
  [Symbol.for("nodejs.util.inspect.custom")](): string {
    return "[secret]";
  }
}

declare const brand: unique symbol;
type Id<Kind extends string> = string & { readonly [brand]: Kind };

export type UserId = Id<"user">;
export type OrganizationId = Id<"organization">;
/** A user in an organization. Someone who leaves and joins again gets a new membership. */
export type MembershipId = Id<"membership">;
export type InvitationId = Id<"invitation">;
export type SessionId = Id<"session">;
export type TokenId = Id<"personal-access-token">;
export type ApiKeyId = Id<"api-key">;
export type ServiceId = Id<"service">;
export type ServiceKeyId = Id<"service-key">;
export type ManagementKeyId = Id<"management-key">;
export type WebhookId = Id<"webhook">;
export type WebhookDeliveryId = Id<"webhook-delivery">;
export type AuditEventId = Id<"audit-event">;
export type EmailId = Id<"email">;
export type NoticeId = Id<"notice">;
export type CalendarFeedId = Id<"calendar-feed">;
export type DeviceLoginId = Id<"device-login">;
export type HandOffId = Id<"hand-off">;

/** The type prefix of each id: `pat_` + 32 lower-case hex digits (128 random bits), never reused. */
export const ID_PREFIX = {
  user: "usr",
  organization: "org",
  membership: "mem",
  invitation: "inv",
  session: "ses",
  token: "pat",
  apiKey: "key",
  service: "svc",
  serviceKey: "svk",
  managementKey: "mgk",
  webhook: "whk",
  webhookDelivery: "whd",
  auditEvent: "evt",
  email: "eml",
  notice: "ntc",
  calendarFeed: "cal",
  deviceLogin: "dvc",
  handOff: "hof",
} as const;

export interface IdTypes {
  user: UserId;
  organization: OrganizationId;
  membership: MembershipId;
  invitation: InvitationId;
  session: SessionId;
  token: TokenId;
  apiKey: ApiKeyId;
  service: ServiceId;
  serviceKey: ServiceKeyId;
  managementKey: ManagementKeyId;
  webhook: WebhookId;
  webhookDelivery: WebhookDeliveryId;
  auditEvent: AuditEventId;
  email: EmailId;
  notice: NoticeId;
  calendarFeed: CalendarFeedId;
  deviceLogin: DeviceLoginId;
  handOff: HandOffId;
}

export type IdKind = keyof IdTypes;

const ID_DIGITS = /^[0-9a-f]{32}$/;
const KINDS: ReadonlySet<string> = new Set(Object.values(ID_PREFIX));

/** Whether the text has the form of an id: of this kind, or without one of any kind. */
export function isId<K extends IdKind>(text: string, kind?: K): text is IdTypes[K] {
  const prefix = text.slice(0, 3);
  const isKind = kind === undefined ? KINDS.has(prefix) : prefix === ID_PREFIX[kind];
  return isKind && text[3] === "_" && ID_DIGITS.test(text.slice(4));
}

/** Builds an id from 32 lower-case hex digits of randomness that the caller supplies. */
export function formatId<K extends IdKind>(kind: K, hex32: string): IdTypes[K] {
  if (!ID_DIGITS.test(hex32)) throw new Error("an id is made of 32 lower-case hex digits");
  return `${ID_PREFIX[kind]}_${hex32}` as IdTypes[K];
}
