// The addresses with which emails and notices lead to a page of one organization.
// Rule: a page reads its organization from the session, so the address switches the session first, and then leads on.
import type { QueryClient } from "@tanstack/react-query";
import { notFound, redirect } from "@tanstack/react-router";
import { sessionQuery, switchOrganization } from "../api/session.ts";

const LINKED = {
  members: "/organization/members",
  "api-keys": "/organization/api-keys",
  policy: "/organization/policy",
  audit: "/organization/audit",
} as const;

/** Throws the redirect to the page. Fails when the person is not a member. A preload of the address switches nothing. */
export async function openInOrganization(
  queryClient: QueryClient,
  { organizationId, page }: { readonly organizationId: string; readonly page: string },
  isPreload: boolean,
): Promise<void> {
  if (isPreload) return;
  if (!Object.hasOwn(LINKED, page)) throw notFound();
  const session = await queryClient.ensureQueryData(sessionQuery);
  if (session.organization?.id !== organizationId) {
    const next = await switchOrganization(organizationId);
    queryClient.removeQueries({ predicate: ({ queryKey }) => queryKey[0] !== "instance" && queryKey[0] !== "session" });
    queryClient.setQueryData(sessionQuery.queryKey, next);
  }
  throw redirect({ to: LINKED[page as keyof typeof LINKED], replace: true });
}
