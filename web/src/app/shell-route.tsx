// The route above every signed-in page. It loads the session, or redirects to the sign-in page.
import { createRoute } from "@tanstack/react-router";
import { enterShell } from "./enter-shell.ts";
import { AppErrorPage, PageError } from "./error-pages.tsx";
import { root } from "./open-routes.tsx";
import { PageSkeleton, Shell, ShellSkeleton } from "./shell.tsx";

export const shell = createRoute({
  getParentRoute: () => root,
  id: "shell",
  beforeLoad: ({ context: { queryClient }, location }) => enterShell(queryClient, location),
  pendingComponent: ShellSkeleton,
  errorComponent: AppErrorPage,
  component: Shell,
});

/** The options of a page, with what is shown while it loads and when it fails. */
export const inShell = {
  getParentRoute: () => shell,
  pendingComponent: PageSkeleton,
  errorComponent: PageError,
} as const;
