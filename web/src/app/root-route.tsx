import { createRootRouteWithContext, Outlet } from "@tanstack/react-router";
import type { QueryClient } from "@tanstack/react-query";
import { AppErrorPage, NotFoundPage } from "./error-pages.tsx";

export const root = createRootRouteWithContext<{ queryClient: QueryClient }>()({
  component: Outlet,
  errorComponent: AppErrorPage,
  notFoundComponent: NotFoundPage,
});
