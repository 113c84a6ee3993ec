// The way into the signed-in pages: loads the session, or leads to where the person signs in.
import { isHandOffPath } from "@mintmark/core";
import type { QueryClient } from "@tanstack/react-query";
import { redirect } from "@tanstack/react-router";
import { instanceQuery } from "../api/admin.ts";
import { isSignedOut, toProblem } from "../api/problem.ts";
import { sessionQuery } from "../api/session.ts";
import type { Session } from "../api/types.ts";
import { HOME, hostSignIn, returnToQuery, startsAtHost } from "../session/return-to.ts";

interface Place {
  readonly pathname: string;
  readonly searchStr: string;
}

/** Throws a redirect unless the person may open the page. The session of a hand-off opens a few pages only. */
export async function enterShell(queryClient: QueryClient, location: Place): Promise<void> {
  const session = await loadSession(queryClient, location);
  if (session.handOff !== null && !isHandOffPath(location.pathname)) throw redirect({ to: HOME, replace: true });
}

async function loadSession(queryClient: QueryClient, location: Place): Promise<Session> {
  try {
    const [session] = await Promise.all([
      queryClient.ensureQueryData(sessionQuery),
      queryClient.ensureQueryData(instanceQuery),
    ]);
    return session;
  } catch (error) {
    // `session_required`: a proxy adds a token to each request, and a token opens no page.
    if (!isSignedOut(error) && toProblem(error).code !== "session_required") throw error;
  }
  if (startsAtHost(location.pathname)) {
    const instance = await queryClient.ensureQueryData(instanceQuery);
    const address = hostSignIn(instance, location.pathname + location.searchStr);
    if (address !== null) {
      window.location.replace(address);
      // The browser leaves this page.
      await new Promise(() => undefined);
    }
  }
  throw redirect({ to: "/sign-in", search: returnToQuery(location), replace: true });
}
