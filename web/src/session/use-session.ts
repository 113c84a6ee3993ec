// Who is signed in, for every signed-in page: the session and the instance's facts, both loaded by the
// router before anything here renders. Rule: a page reads its organization from here, never from the
// address; permissions (permission.ts) keep it from offering what the server would refuse.
import { useQuery, useQueryClient, useSuspenseQuery } from "@tanstack/react-query";
import { useCallback } from "react";
import { instanceQuery } from "../api/admin.ts";
import { ownOrganizationsQuery } from "../api/organization.ts";
import { sessionQuery } from "../api/session.ts";
import type { Instance, OrganizationMembership, Session } from "../api/types.ts";

export function useSession(): Session {
  return useSuspenseQuery(sessionQuery).data;
}

/** The person's organizations: those that the session names, and all of them as soon as the others are read. */
export function useOrganizations(): readonly OrganizationMembership[] {
  const session = useSession();
  const { organization, organizations } = session;
  const all = useQuery(ownOrganizationsQuery(session)).data?.items;
  if (all !== undefined && session.organizationsNextCursor !== null) return all;
  return organizations.some(({ id }) => id === organization.id) ? organizations : [...organizations, organization];
}

export function useInstance(): Instance {
  return useSuspenseQuery(instanceQuery).data;
}

/** Puts a new session in place, after signing in or switching organizations: nothing of another person stays. */
export function useEnterSession(): (session: Session) => void {
  const queryClient = useQueryClient();
  return useCallback(
    (session: Session) => {
      const before = queryClient.getQueryData(sessionQuery.queryKey);
      const others = { predicate: ({ queryKey }: { queryKey: readonly unknown[] }) => !isOwn(queryKey[0]) };
      // What the same person is looking at is read again in place; it would go blank if it were removed.
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

/** Forgets everything that was read as this person. */
export function useLeaveSession(): () => void {
  const queryClient = useQueryClient();
  return useCallback(() => {
    queryClient.removeQueries({ predicate: ({ queryKey }) => queryKey[0] !== "instance" });
  }, [queryClient]);
}
