// The signed-in person's notices, their email preferences and their calendar feed.
import { infiniteQueryOptions, queryOptions } from "@tanstack/react-query";
import { dataOf, api, done } from "./client.ts";
import type { NewCalendarFeed, NoticeKind, NoticePreferences } from "./types.ts";

/** The prefix of every query about notices. A request that may have made a notice invalidates all of them. */
export const NOTICES_KEY = ["notices"] as const;

const NOTICES_A_PAGE = 30;
/** How often the page requests the number of unread notices while it is visible. */
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
      return dataOf(api.GET("/api/notices", { params: { query }, signal }));
    },
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.nextCursor,
  });
}

export const unreadNoticesQuery = queryOptions({
  queryKey: [...NOTICES_KEY, "unread"],
  queryFn: async ({ signal }) =>
    (await dataOf(api.GET("/api/notices", { params: { query: { limit: 1 } }, signal }))).unread,
  // A return to the window requests it again, however short the absence was.
  staleTime: 0,
  refetchInterval: ASK_AGAIN_MS,
  refetchOnWindowFocus: true,
  // A failure is not shown: the next request follows soon.
  retry: false,
});

export function readNotice(id: string): Promise<void> {
  return done(api.POST("/api/notices/{id}/read", { params: { path: { id } } }));
}

export function readAllNotices(): Promise<{ read: number }> {
  return dataOf(api.POST("/api/notices/read"));
}

export function dismissNotice(id: string): Promise<void> {
  return done(api.POST("/api/notices/{id}/dismiss", { params: { path: { id } } }));
}

export const noticePreferencesQuery = queryOptions({
  queryKey: ["account", "notice-preferences"],
  queryFn: ({ signal }) => dataOf(api.GET("/api/account/notice-preferences", { signal })),
});

export function setNoticePreferences(mail: Record<NoticeKind, boolean>): Promise<NoticePreferences> {
  return dataOf(api.PUT("/api/account/notice-preferences", { body: { mail } }));
}

/** By the link in an email. It needs no session. */
export function unsubscribe(token: string): Promise<{ kind: NoticeKind }> {
  return dataOf(api.POST("/unsubscribe/{token}", { params: { path: { token } } }));
}

export const calendarFeedQuery = queryOptions({
  queryKey: ["account", "calendar-feed"],
  queryFn: ({ signal }) => dataOf(api.GET("/api/account/calendar-feed", { signal })),
});

/** The response holds the address of the feed, which is shown only once. */
export function createCalendarFeed(): Promise<NewCalendarFeed> {
  return dataOf(api.POST("/api/account/calendar-feed"));
}

export function revokeCalendarFeed(): Promise<void> {
  return done(api.DELETE("/api/account/calendar-feed"));
}
