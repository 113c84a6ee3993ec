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
export type AuditEventId = Id<"audit-event">;
export type NoticeId = Id<"notice">;
export type CalendarFeedId = Id<"calendar-feed">;
export type DeviceLoginId = Id<"device-login">;

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
  auditEvent: "evt",
  notice: "ntc",
  calendarFeed: "cal",
  deviceLogin: "dvc",
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
  auditEvent: AuditEventId;
  notice: NoticeId;
  calendarFeed: CalendarFeedId;
  deviceLogin: DeviceLoginId;
}

export type IdKind = keyof IdTypes;

const DIGITS = /^[0-9a-f]{32}$/;
const KINDS: ReadonlySet<string> = new Set(Object.values(ID_PREFIX));

/** Whether the text has the form of an id: of this kind, or without one of any kind. */
export function isId<K extends IdKind>(text: string, kind?: K): text is IdTypes[K] {
  const prefix = text.slice(0, 3);
  const isKind = kind === undefined ? KINDS.has(prefix) : prefix === ID_PREFIX[kind];
  return isKind && text[3] === "_" && DIGITS.test(text.slice(4));
}

/** Builds an id from 32 lower-case hex digits of randomness that the caller supplies. */
export function formatId<K extends IdKind>(kind: K, hex32: string): IdTypes[K] {
  if (!DIGITS.test(hex32)) throw new Error("an id is made of 32 lower-case hex digits");
  return `${ID_PREFIX[kind]}_${hex32}` as IdTypes[K];
}
