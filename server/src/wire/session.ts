// The JSON of sessions: the caller's own, with the organizations that it can use, and the list of signed-in browsers.
import { z } from "@hono/zod-openapi";
import { HAND_OFF_PAGES, type HandOffPage, REAUTHENTICATION_MS } from "@mintmark/core";
import type { ListedSession, SessionView } from "../use-cases/session/session.ts";
import { Account, presentAccount } from "./account.ts";
import { Instant, presentCursor, presentInstant } from "./schema.ts";
import { OrganizationMembership, presentOrganizationMembership } from "./organization.ts";

export const HandOffPageName = z.enum(Object.keys(HAND_OFF_PAGES) as [HandOffPage, ...HandOffPage[]]);

export const Session = z
  .object({
    id: z.string(),
    user: Account,
    organization: z.union([OrganizationMembership, z.null()]).openapi({
      description:
        "The active organization. `null`: the person is in none, which is possible where a host product manages the directory.",
    }),
    organizations: z
      .array(OrganizationMembership)
      .openapi({ description: "The first 20 organizations of the user: the personal one first, then by name." }),
    organizationCount: z.int().openapi({ description: "How many organizations the user has." }),
    organizationsNextCursor: z
      .string()
      .nullable()
      .openapi({ description: "The cursor for the rest with `GET /api/organizations`; `null` when these are all." }),
    authenticatedAt: Instant.openapi({
      description:
        "When the person last entered the password. In the session of a hand-off: when they proved to the host who they are; 1970-01-01 where the host does not say.",
    }),
    reauthenticateBy: Instant.openapi({ description: "Until then, sensitive operations do not ask for the password." }),
    expiresAt: Instant,
    handOff: z
      .object({
        id: z.string(),
        page: HandOffPageName,
        returnUrl: z.string().nullable().openapi({ description: "A page of the host to go back to." }),
      })
      .nullable()
      .openapi({
        description:
          "The hand-off that opened the session; `null` after a sign-in. The session of a hand-off shows one organization and reaches only operations with `hand-off` among their `x-credentials`.",
      }),
  })
  .openapi("Session");

export function presentSession({ actor, active, organizations, next, count }: SessionView): z.infer<typeof Session> {
  const { session, user } = actor;
  const { handOff } = session;
  return {
    id: session.id,
    user: presentAccount(user),
    organization: active === null ? null : presentOrganizationMembership(active),
    organizations: organizations.map(presentOrganizationMembership),
    organizationCount: count,
    organizationsNextCursor: presentCursor(next),
    authenticatedAt: presentInstant(session.authenticatedAt),
    reauthenticateBy: presentInstant(session.authenticatedAt + REAUTHENTICATION_MS),
    expiresAt: presentInstant(session.expiresAt),
    handOff: handOff === null ? null : { id: handOff.id, page: handOff.page, returnUrl: handOff.returnUrl },
  };
}

export const BrowserSession = z
  .object({
    id: z.string(),
    current: z.boolean().openapi({ description: "Whether it is the session of this request." }),
    createdAt: Instant,
    lastSeenAt: Instant,
    expiresAt: Instant,
    ip: z.string().nullable(),
    userAgent: z.string().nullable(),
    organization: z.object({ id: z.string(), name: z.string() }).nullable(),
    handOff: z.boolean().openapi({ description: "Whether a hand-off opened it." }),
  })
  .openapi("BrowserSession");

export function presentBrowserSession({
  session,
  current,
  organization,
}: ListedSession): z.infer<typeof BrowserSession> {
  return {
    id: session.id,
    current,
    createdAt: presentInstant(session.createdAt),
    lastSeenAt: presentInstant(session.lastSeenAt),
    expiresAt: presentInstant(session.expiresAt),
    ip: session.ip,
    userAgent: session.userAgent,
    organization,
    handOff: session.handOff !== null,
  };
}
