// The signed-in person's notices, which of them are mailed, and the calendar feed.
import { infiniteQueryOptions, queryOptions } from "@tanstack/react-query";
import { answerOf, api, done } from "./client.ts";
import type { NewCalendarFeed, NoticeKind, NoticePreferences } from "./types.ts";

/** What every request here begins its key with: whatever may have made a notice asks for all of them again. */
export const NOTICES_KEY = ["notices"] as const;

const NOTICES_A_PAGE = 30;
/** How often the number of unread notices is asked for while the page can be seen. */
const ASK_AGAIN_MS = 90_000;

export interface NoticeFilter {
  readonly unread: boolean;
  readonly kind: NoticeKind | null;
}

export function noticesQuery({ unread, kind }: NoticeFilter) {
  return infiniteQueryOptions({
    queryKey: [...NOTICES_KEY, "list", unread, kind],
    queryFn: ({ signal, pageParam: cursor }) => {
      const query = {
        limit: NOTICES_A_PAGE,
        ...(unread ? ({ unread: "true" } as const) : {}),
        ...(kind === null ? {} : { kind }),
        ...(cursor === null ? {} : { cursor }),
      };
      return answerOf(api.GET("/api/notices", { params: { query }, signal }));
    },
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.nextCursor,
  });
}

export const unreadNoticesQuery = queryOptions({
  queryKey: [...NOTICES_KEY, "unread"],
  queryFn: async ({ signal }) =>
    (await answerOf(api.GET("/api/notices", { params: { query: { limit: 1 } }, signal }))).unread,
  // Looking at the window again asks again, however short one was away.
  staleTime: 0,
  refetchInterval: ASK_AGAIN_MS,
  refetchOnWindowFocus: true,
  // Nobody is told that a bell could not be asked; it asks again.
  retry: false,
});

export function readNotice(id: string): Promise<void> {
  return done(api.POST("/api/notices/{id}/read", { params: { path: { id } } }));
}

export function readAllNotices(): Promise<{ read: number }> {
  return answerOf(api.POST("/api/notices/read"));
}

export function dismissNotice(id: string): Promise<void> {
  return done(api.POST("/api/notices/{id}/dismiss", { params: { path: { id } } }));
}

export const noticePreferencesQuery = queryOptions({
  queryKey: ["account", "notice-preferences"],
  queryFn: ({ signal }) => answerOf(api.GET("/api/account/notice-preferences", { signal })),
});

export function setNoticePreferences(mail: Record<NoticeKind, boolean>): Promise<NoticePreferences> {
  return answerOf(api.PUT("/api/account/notice-preferences", { body: { mail } }));
}

export const calendarFeedQuery = queryOptions({
  queryKey: ["account", "calendar-feed"],
  queryFn: ({ signal }) => answerOf(api.GET("/api/account/calendar-feed", { signal })),
});

/** Its address is in the answer, this once. */
export function createCalendarFeed(): Promise<NewCalendarFeed> {
  return answerOf(api.POST("/api/account/calendar-feed"));
}

export function revokeCalendarFeed(): Promise<void> {
  return done(api.DELETE("/api/account/calendar-feed"));
}
