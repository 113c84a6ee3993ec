// The state of mail: what waits, what failed, and test emails. For instance admins.
import { infiniteQueryOptions, queryOptions } from "@tanstack/react-query";
import { api, dataOf, PAGED } from "./client.ts";
import type { TestEmail } from "./types.ts";

export const MAIL = ["admin", "mail"] as const;

export const mailStateQuery = queryOptions({
  queryKey: [...MAIL, "state"],
  queryFn: ({ signal }) => dataOf(api.GET("/api/admin/mail", { signal })),
});

const FAILURES_A_PAGE = 50;

export const failedEmailsQuery = infiniteQueryOptions({
  queryKey: [...MAIL, "failures"],
  queryFn: ({ signal, pageParam }) => {
    const query = { limit: FAILURES_A_PAGE, ...(pageParam === null ? {} : { cursor: pageParam }) };
    return dataOf(api.GET("/api/admin/mail/failures", { params: { query }, signal }));
  },
  ...PAGED,
});

export function sendTestEmail(): Promise<TestEmail> {
  return dataOf(api.POST("/api/admin/mail/tests"));
}

export function testEmailQuery(id: string) {
  return queryOptions({
    queryKey: [...MAIL, "tests", id],
    queryFn: ({ signal }) => dataOf(api.GET("/api/admin/mail/tests/{id}", { params: { path: { id } }, signal })),
  });
}
