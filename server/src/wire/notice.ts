// The JSON of notices, of email preferences and of a calendar feed, and the feed itself (RFC 5545).
// Rule: only these functions present these records. The feed's address appears only in the response that creates it.
// The calendar contains names and dates and nothing else.
import { z } from "@hono/zod-openapi";
import { END_CAUSES, NOTICE_KINDS, type Secret } from "@mintmark/core";
import type { CalendarFeedRecord, NoticeRecord } from "../store/store.ts";
import type { CalendarEntry } from "../use-cases/notice/calendar.ts";
import type { NoticePreferences as PreferencesValue } from "../use-cases/notice/notice.ts";
import { ActorReference, Instant, presentInstant, presentInstantOrNull } from "./schema.ts";

export const NoticeKind = z.enum(NOTICE_KINDS).openapi({
  description:
    "`token.expiring`: an end of the token is near, by its expiry or by the policy. `token.expired`: it has ended so. `api_key.…`: the same for an API key that the reader made, or of an organization that the reader owns. `token.revoked`: somebody else revoked it. `policy.changed`: the change restricts the reader's tokens. `member.joined`: a person joined an organization that the reader owns.",
});

const TokenReference = z.object({ id: z.string(), name: z.string() });

const NoticeDetails = z.object({
  by: z.union([ActorReference, z.null()]),
  expiresAt: Instant.nullable().openapi({ description: "When the token or API key ends." }),
  because: z.enum(END_CAUSES).nullable().openapi({ description: "With `expiresAt` of an end: the cause of the end." }),
  daysLeft: z.int().nullable(),
  ip: z.string().nullable(),
  network: z.string().nullable().openapi({ description: "The new network: an IPv4 /24 or an IPv6 /48." }),
  userAgent: z.string().nullable(),
  reason: z.string().nullable().openapi({ description: "The reason of a revocation, like a token's `revokedReason`." }),
  tokens: z.array(TokenReference).openapi({ description: "The first 20 of several tokens." }),
  tokenCount: z.int().openapi({ description: "How many tokens the notice concerns." }),
  stopped: z.int().openapi({ description: "How many of these the policy refuses now." }),
  narrowed: z.int().openapi({ description: "How many of these have fewer permissions than before." }),
  cannotMint: z.boolean().openapi({ description: "Whether the reader's role may no longer mint tokens there." }),
  role: z.string().nullable().openapi({ description: "The role of the person who joined, named in `by`." }),
  domain: z.string().nullable().openapi({
    description: "The domain of the address by which the person joined; `null` after an invitation.",
  }),
  webhook: z
    .object({ host: z.string(), because: z.enum(["gone", "failing"]) })
    .nullable()
    .openapi({ description: "The webhook that was turned off, and why." }),
});

export const Notice = z
  .object({
    id: z.string(),
    kind: NoticeKind,
    at: Instant,
    readAt: Instant.nullable(),
    resolvedAt: Instant.nullable().openapi({
      description: "Since when a notice that a token was minted or used is settled, because the token has ended.",
    }),
    organization: z.object({ id: z.string(), name: z.string() }).nullable(),
    token: TokenReference.nullable().openapi({
      description: "The token or API key, by its name at that time; `null`: none, or several.",
    }),
    details: NoticeDetails.openapi({
      description: "Each kind sets some of the fields. The others are `null`, empty or 0.",
    }),
  })
  .openapi("Notice");

export function presentNotice({ details, ...notice }: NoticeRecord): z.infer<typeof Notice> {
  return {
    id: notice.id,
    kind: notice.kind,
    at: presentInstant(notice.at),
    readAt: presentInstantOrNull(notice.readAt),
    resolvedAt: presentInstantOrNull(notice.resolvedAt),
    organization: notice.organization,
    token: notice.token,
    details: {
      by: details.by ?? null,
      expiresAt: presentInstantOrNull(details.expiresAt ?? null),
      because: details.because ?? null,
      daysLeft: details.daysLeft ?? null,
      ip: details.ip ?? null,
      network: details.network ?? null,
      userAgent: details.userAgent ?? null,
      reason: details.reason ?? null,
      tokens: [...(details.tokens ?? [])],
      tokenCount: details.tokenCount ?? (notice.token === null ? 0 : 1),
      stopped: details.stopped ?? 0,
      narrowed: details.narrowed ?? 0,
      cannotMint: details.cannotMint ?? false,
      role: details.role ?? null,
      domain: details.domain ?? null,
      webhook: details.webhook ?? null,
    },
  };
}

export const NoticePreferences = z
  .object({
    mailReaches: z.boolean().openapi({
      description: "Whether emails can reach you: the instance sends email and your address is verified.",
    }),
    kinds: z.array(
      z.object({
        kind: NoticeKind,
        mail: z.boolean(),
        optional: z.boolean().openapi({ description: "Whether the caller can turn off its emails." }),
      }),
    ),
  })
  .openapi("NoticePreferences");

export function presentNoticePreferences(preferences: PreferencesValue): z.infer<typeof NoticePreferences> {
  return { mailReaches: preferences.mailReaches, kinds: [...preferences.kinds] };
}

const CalendarFeed = z.object({
  createdAt: Instant,
  lastReadAt: Instant.nullable().openapi({ description: "When a calendar last read it, to the minute." }),
});

export const CalendarFeedResponse = z.object({ feed: CalendarFeed.nullable() }).openapi("CalendarFeed");

export const NewCalendarFeed = CalendarFeed.extend({
  url: z.string().openapi({
    description: "The address to subscribe to. It is shown only once, and its secret is stored only as a hash.",
  }),
}).openapi("NewCalendarFeed");

export function presentCalendarFeed(feed: CalendarFeedRecord | null): z.infer<typeof CalendarFeedResponse> {
  return { feed: feed === null ? null : timesOf(feed) };
}

export function presentNewCalendarFeed(
  { feed, secret }: { readonly feed: CalendarFeedRecord; readonly secret: Secret },
  baseUrl: string,
): z.infer<typeof NewCalendarFeed> {
  return { ...timesOf(feed), url: `${baseUrl}/calendar/${secret.expose()}.ics` };
}

function timesOf(feed: CalendarFeedRecord): z.infer<typeof CalendarFeed> {
  return { createdAt: presentInstant(feed.createdAt), lastReadAt: presentInstantOrNull(feed.lastReadAt) };
}

const HOW_IT_ENDS: Readonly<Record<CalendarEntry["end"]["because"], string>> = {
  expiry: "expires",
  policy_lifetime: "ends by policy",
  policy_idle: "ends if unused",
};

/** How often calendars should refresh. */
const REFRESH_S = 6 * 3600;

/**
 * The calendar as text (RFC 5545). An entry keeps its UID. While it is unchanged it also keeps its stamp and sequence, so
 * that reading it again changes nothing in a calendar. A changed entry has a higher sequence, so the calendar replaces it.
 * An entry whose credential has ended or was replaced is left out, so the calendar removes it.
 */
export async function presentCalendar(entries: readonly CalendarEntry[], baseUrl: string): Promise<string> {
  // Loaded at the first request, because most instances have no calendar feed.
  const { default: ical, ICalAlarmType, ICalEventTransparency } = await import("ical-generator");
  const { hostname } = new URL(baseUrl);
  const calendar = ical({
    name: "Mintmark: tokens that expire",
    prodId: { company: "Mintmark", product: "Mintmark", language: "EN" },
    ttl: REFRESH_S,
  });
  for (const { id, name, organizationName, end, warnsAt, sequence, modifiedAt } of entries) {
    const what = id.startsWith("key_") ? "API key" : "Token";
    const summary = `${what} “${name}” ${HOW_IT_ENDS[end.because]} (${organizationName})`;
    const event = calendar.createEvent({
      id: `${id}@${hostname}`,
      summary,
      sequence,
      stamp: new Date(modifiedAt),
      lastModified: new Date(modifiedAt),
      start: new Date(end.at),
      // The entry does not mark the person as busy.
      transparency: ICalEventTransparency.TRANSPARENT,
    });
    event.createAlarm({
      type: ICalAlarmType.display,
      description: summary,
      triggerBefore: Math.floor((end.at - warnsAt) / 1000),
    });
  }
  return calendar.toString();
}
