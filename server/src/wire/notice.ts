// The one place where a notice, and what its reader wants by mail, become JSON.
import { z } from "@hono/zod-openapi";
import { NOTICE_KINDS, type Secret } from "@mintmark/core";
import type { CalendarEntry, CalendarFeedRecord, NoticeRecord } from "../store/store.ts";
import type { NoticePreferences as PreferencesValue } from "../use-cases/notice/notice.ts";
import { ActorReference, Instant, presentInstant, presentInstantOrNull } from "./fields.ts";

export const NoticeKind = z.enum(NOTICE_KINDS).openapi({
  description:
    "`token.expiring` 30, 7 and 1 days before the end; `token.revoked` by somebody else; `policy.changed` where it takes something from the reader.",
});

const TokenReference = z.object({ id: z.string(), name: z.string() });

const NoticeDetails = z.object({
  by: z.union([ActorReference, z.null()]),
  expiresAt: Instant.nullable(),
  daysLeft: z.int().nullable(),
  ip: z.string().nullable(),
  network: z.string().nullable().openapi({ description: "The new network: an IPv4 /24 or an IPv6 /48." }),
  userAgent: z.string().nullable(),
  reason: z.string().nullable().openapi({ description: "Why tokens were revoked, as `revokedReason` of a token." }),
  tokens: z.array(TokenReference).openapi({ description: "Of several tokens the first 20." }),
  tokenCount: z.int().openapi({ description: "How many tokens it is about." }),
  stopped: z.int().openapi({ description: "Of these, how many a policy refuses now." }),
  narrowed: z.int().openapi({ description: "Of these, how many may do less than before." }),
  cannotMint: z.boolean().openapi({ description: "Whether the reader's role may no longer mint there." }),
});

export const Notice = z
  .object({
    id: z.string(),
    kind: NoticeKind,
    at: Instant,
    readAt: Instant.nullable(),
    organization: z.object({ id: z.string(), name: z.string() }).nullable(),
    token: TokenReference.nullable().openapi({
      description: "The token it is about, by the name it had then; `null`: none, or several.",
    }),
    details: NoticeDetails.openapi({ description: "Each kind fills some of it; the rest is `null`, empty or 0." }),
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
      description: "Whether emails can reach you: the instance sends mail, and your address is verified.",
    }),
    kinds: z.array(
      z.object({
        kind: NoticeKind,
        mail: z.boolean(),
        optional: z.boolean().openapi({ description: "Whether its mail can be turned off." }),
      }),
    ),
  })
  .openapi("NoticePreferences");

export function presentNoticePreferences(preferences: PreferencesValue): z.infer<typeof NoticePreferences> {
  return { mailReaches: preferences.mailReaches, kinds: [...preferences.kinds] };
}

// The one place where a calendar feed becomes JSON. Its address is in the answer that makes it and nowhere else.

const CalendarFeed = z.object({
  createdAt: Instant,
  lastReadAt: Instant.nullable().openapi({ description: "When a calendar last asked for it, to the minute." }),
});

export const CalendarFeedAnswer = z.object({ feed: CalendarFeed.nullable() }).openapi("CalendarFeed");

export const NewCalendarFeed = CalendarFeed.extend({
  url: z.string().openapi({
    description: "The address to subscribe to. Shown this once; only a hash of its secret is stored.",
  }),
}).openapi("NewCalendarFeed");

export function presentCalendarFeed(feed: CalendarFeedRecord | null): z.infer<typeof CalendarFeedAnswer> {
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

// The one place where ends of tokens become a calendar (RFC 5545): names and dates, and nothing else.

/** How often calendars are asked to look again. */
const REFRESH_S = 6 * 3600;

/**
 * The calendar as text. An entry keeps its UID, its stamp and its sequence for as long as it is what it is, so that
 * reading it again changes nothing in a calendar that has it.
 */
export async function presentCalendar(entries: readonly CalendarEntry[], baseUrl: string): Promise<string> {
  // Loaded when the first calendar asks: most instances have none.
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
      // It takes up no time: nobody is busy because a token ends.
      transparency: ICalEventTransparency.TRANSPARENT,
    });
  }
  return calendar.toString();
}
