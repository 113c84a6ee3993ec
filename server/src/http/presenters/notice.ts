// The one place where a notice, and what its reader wants by mail, become JSON.
import { z } from "@hono/zod-openapi";
import { NOTICE_KINDS } from "@mintmark/core";
import type { NoticePreferences as PreferencesValue } from "../../service/notice/notice-preferences.ts";
import type { NoticeRecord } from "../../store/store.ts";
import { ActorReference } from "./actor-reference.ts";
import { Instant, presentInstant, presentInstantOrNull } from "./time.ts";

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
