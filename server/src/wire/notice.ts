// The JSON of notices, of email preferences and of a calendar feed, and the feed itself (RFC 5545).
// Rule: only these functions present these records. The feed's address appears only in the response that creates it.
// The calendar contains names and dates and nothing else.
import { z } from "@hono/zod-openapi";
import { NOTICE_KINDS, type Secret } from "@mintmark/core";
import type { CalendarEntry, CalendarFeedRecord, NoticeRecord } from "../store/store.ts";
import type { NoticePreferences as PreferencesValue } from "../use-cases/notice/notice.ts";
import { ActorReference, Instant, presentInstant, presentInstantOrNull } from "./schema.ts";

export const NoticeKind = z.enum(NOTICE_KINDS).openapi({
  description:
    "`token.expiring`: 30, 7 and 1 days before the expiry. `token.revoked`: somebody else revoked it. `policy.changed`: the change restricts the reader's tokens.",
});

const TokenReference = z.object({ id: z.string(), name: z.string() });

const NoticeDetails = z.object({
  by: z.union([ActorReference, z.null()]),
  expiresAt: Instant.nullable(),
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
});

export const Notice = z
  .object({
    id: z.string(),
    kind: NoticeKind,
    at: Instant,
    readAt: Instant.nullable(),
    organization: z.object({ id: z.string(), name: z.string() }).nullable(),
    token: TokenReference.nullable().openapi({
      description: "The token, by its name at that time; `null`: none, or several.",
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
    organization: notice.organization,
    token: notice.token,
    details: {
      by: details.by ?? null,
      expiresAt: presentInstantOrNull(details.expiresAt ?? null),
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

/** How often calendars should refresh. */
const REFRESH_S = 6 * 3600;

/**
 * The calendar as text. An unchanged entry keeps its UID, stamp and sequence, so that reading it again changes nothing
 * in a calendar.
 */
export async function presentCalendar(entries: readonly CalendarEntry[], baseUrl: string): Promise<string> {
  // Loaded at the first request, because most instances have no calendar feed.
  const { default: ical, ICalEventTransparency } = await import("ical-generator");
  const { hostname } = new URL(baseUrl);
  const calendar = ical({
    name: "Mintmark: tokens that expire",
    prodId: { company: "Mintmark", product: "Mintmark", language: "EN" },
    ttl: REFRESH_S,
  });
  for (const { id, name, organizationName, createdAt, expiresAt } of entries) {
    const what = id.startsWith("key_") ? "API key" : "Token";
    calendar.createEvent({
      id: `${id}@${hostname}`,
      summary: `${what} “${name}” expires (${organizationName})`,
      stamp: new Date(createdAt),
      start: new Date(expiresAt),
      // The entry does not mark the person as busy.
      transparency: ICalEventTransparency.TRANSPARENT,
    });
  }
  return calendar.toString();
}
