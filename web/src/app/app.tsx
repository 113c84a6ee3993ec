// Puts the app together: the cache, the router and announcements.
import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { RouterProvider } from "@tanstack/react-router";
import type { ReactElement } from "react";
import { isTransient } from "../api/problem.ts";
import { AnnouncerProvider } from "../ui/announcer.tsx";
import type { AppRouter } from "./router.tsx";

interface AppProps {
  readonly queryClient: QueryClient;
  readonly router: AppRouter;
}

export function App({ queryClient, router }: AppProps): ReactElement {
  return (
    <QueryClientProvider client={queryClient}>
      <AnnouncerProvider>
        <RouterProvider router={router} />
      </AnnouncerProvider>
    </QueryClientProvider>
  );
}

// The cache of responses. It is in memory only and never holds a secret: secrets come from actions, which are not
// cached.

export function createQueryClient(): QueryClient {
  return new QueryClient({
    defaultOptions: {
      queries: {
        staleTime: 10_000,
        retry: (failures, error) => failures < 2 && isTransient(error),
        retryDelay: (failures) => 400 * 2 ** failures,
        // An offline browser may still reach a server on its own network, so requests are sent and a failure is shown.
        networkMode: "always",
      },
    },
  });
}
