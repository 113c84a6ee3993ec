// The session and the instance, which the router loads before a signed-in page renders. Rule: a page reads its
// organization from here, never from the address. The frame shows a page that needs one only to a person who is in one.
import { useQuery, useQueryClient, useSuspenseQuery } from "@tanstack/react-query";
import { useCallback } from "react";
import { instanceQuery } from "../api/admin.ts";
import { ownOrganizationsQuery } from "../api/organization.ts";
import { sessionQuery } from "../api/session.ts";
import type { Instance, OrganizationMembership, Session } from "../api/types.ts";

export function useSession(): Session {
  return useSuspenseQuery(sessionQuery).data;
}

/** The active organization. Only for pages that `needsOrganization` (app/navigation.ts) names. */
export function useOrganization(): OrganizationMembership {
  const { organization } = useSession();
  if (organization === null) throw new Error("this page needs an organization");
  return organization;
}

/** The person's organizations: first those in the session, and all of them after they are loaded. */
export function useOrganizations(): readonly OrganizationMembership[] {
  const session = useSession();
  const { organization, organizations } = session;
  const all = useQuery(ownOrganizationsQuery(session)).data?.items;
  if (all !== undefined && session.organizationsNextCursor !== null) return all;
  return organization === null || organizations.some(({ id }) => id === organization.id)
    ? organizations
    : [...organizations, organization];
}

export function useInstance(): Instance {
  return useSuspenseQuery(instanceQuery).data;
}

/** Replaces the session after signing in or switching organizations. No data of another person stays. */
export function useEnterSession(): (session: Session) => void {
  const queryClient = useQueryClient();
  return useCallback(
    (session: Session) => {
      const before = queryClient.getQueryData(sessionQuery.queryKey);
      const others = { predicate: ({ queryKey }: { queryKey: readonly unknown[] }) => !isOwn(queryKey[0]) };
      // For the same person, data is refetched in place. If it were removed, the page would go blank.
      if (before?.user.id === session.user.id) void queryClient.invalidateQueries(others);
      else queryClient.removeQueries(others);
      queryClient.setQueryData(sessionQuery.queryKey, session);
    },
    [queryClient],
  );
}

function isOwn(key: unknown): boolean {
  return key === "instance" || key === "session";
}

/** Clears all data of this person. */
export function useLeaveSession(): () => void {
  const queryClient = useQueryClient();
  return useCallback(() => {
    queryClient.removeQueries({ predicate: ({ queryKey }) => queryKey[0] !== "instance" });
  }, [queryClient]);
}
