// The cache of what the server said. It lives in memory only and never holds a secret: those come from
// actions, which nothing caches.
import { QueryClient } from "@tanstack/react-query";
import { isTransient } from "../api/problem.ts";

export function createQueryClient(): QueryClient {
  return new QueryClient({
    defaultOptions: {
      queries: {
        staleTime: 10_000,
        retry: (failures, error) => failures < 2 && isTransient(error),
        retryDelay: (failures) => 400 * 2 ** failures,
        // An offline browser still reaches a server on its own network: try, and show the failure.
        networkMode: "always",
      },
    },
  });
}
