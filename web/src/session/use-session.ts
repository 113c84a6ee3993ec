// The session inside the signed-in part of the app. The router has loaded it before anything here renders.
import { type Query, useQueryClient, useSuspenseQuery } from "@tanstack/react-query";
import { useCallback } from "react";
import { instanceQuery, sessionQuery } from "../api/session.ts";
import type { Instance, Session } from "../api/types.ts";

export function useSession(): Session {
  return useSuspenseQuery(sessionQuery).data;
}

export function useInstance(): Instance {
  return useSuspenseQuery(instanceQuery).data;
}

/** Puts a new session in place after signing in or switching: nothing of another person or organization stays. */
export function useEnterSession(): (session: Session) => void {
  const queryClient = useQueryClient();
  return useCallback(
    (session: Session) => {
      queryClient.setQueryData(sessionQuery.queryKey, session);
      const predicate = ({ queryKey }: Query): boolean => queryKey[0] !== "instance" && queryKey[0] !== "session";
      queryClient.removeQueries({ predicate, type: "inactive" });
      // What is on the page is emptied and read again: removed, it would stay on the page and never change.
      void queryClient.resetQueries({ predicate });
    },
    [queryClient],
  );
}

/** Forgets everything that was read as this person. */
export function useLeaveSession(): () => void {
  const queryClient = useQueryClient();
  return useCallback(() => {
    queryClient.removeQueries({ predicate: ({ queryKey }) => queryKey[0] !== "instance" });
  }, [queryClient]);
}
