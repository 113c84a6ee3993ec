// Puts the app together: the cache, the router, announcements, and what happens when a session ends.
import { type QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { RouterProvider } from "@tanstack/react-router";
import { type ReactElement, useEffect } from "react";
import { onSignedOut } from "../api/client.ts";
import { returnToQuery } from "../session/return-to.ts";
import { AnnouncerProvider } from "../ui/announcer.tsx";
import type { AppRouter } from "./router.tsx";

interface AppProps {
  readonly queryClient: QueryClient;
  readonly router: AppRouter;
}

export function App({ queryClient, router }: AppProps): ReactElement {
  useEffect(() => onSignedOut(() => leaveShell({ queryClient, router })), [queryClient, router]);
  return (
    <QueryClientProvider client={queryClient}>
      <AnnouncerProvider>
        <RouterProvider router={router} />
      </AnnouncerProvider>
    </QueryClientProvider>
  );
}

/** The session ended while a signed-in page was open: sign in again and come back here. */
function leaveShell({ queryClient, router }: AppProps): void {
  if (!router.state.matches.some(({ routeId }) => routeId === "/shell")) return;
  const search = { ...returnToQuery(router.state.location), notice: "session-ended" };
  void router
    .navigate({ to: "/sign-in", search, replace: true })
    .then(() => queryClient.removeQueries({ predicate: ({ queryKey }) => queryKey[0] !== "instance" }));
}
