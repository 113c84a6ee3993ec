import type { QueryClient } from "@tanstack/react-query";
import { createRootRouteWithContext, createRoute, lazyRouteComponent, Outlet, redirect } from "@tanstack/react-router";
import { instanceQuery } from "../api/admin.ts";
import { findSession, sessionQuery } from "../api/session.ts";
import { safeReturnTo } from "../session/return-to.ts";
import { AppErrorPage, NotFoundPage } from "./error-pages.tsx";
import { PublicFrame } from "./public-frame.tsx";
import { pickText } from "./search-params.ts";

export const root = createRootRouteWithContext<{ queryClient: QueryClient }>()({
  component: Outlet,
  errorComponent: AppErrorPage,
  notFoundComponent: NotFoundPage,
});

// The addresses that need no session.

const open = createRoute({
  getParentRoute: () => root,
  id: "open",
  beforeLoad: async ({ context: { queryClient } }) => {
    await queryClient.ensureQueryData(instanceQuery);
  },
  component: PublicFrame,
});

const setUp = createRoute({
  getParentRoute: () => open,
  path: "/setup",
  component: lazyRouteComponent(() => import("../features/admin/set-up-page.tsx"), "SetUpPage"),
});

const handOff = createRoute({
  getParentRoute: () => open,
  path: "/hand-off",
  validateSearch: (search: Record<string, unknown>) => pickText(search, ["returnTo"]),
  component: lazyRouteComponent(() => import("../features/hand-off/hand-off-page.tsx"), "HandOffPage"),
});

const signIn = createRoute({
  getParentRoute: () => open,
  path: "/sign-in",
  validateSearch: (search: Record<string, unknown>) => pickText(search, ["returnTo", "notice"]),
  beforeLoad: async ({ context: { queryClient }, search }) => {
    const instance = await queryClient.ensureQueryData(instanceQuery);
    if (!instance.setUp) throw redirect({ to: "/setup", replace: true });
    // A signed-in person goes on at once. If the session was just found to be missing, it is not requested again.
    if (queryClient.getQueryState(sessionQuery.queryKey)?.status === "error") return;
    // A notice says that the session has ended, so a session that is remembered counts for nothing. But another tab may
    // have signed in since.
    const found = search.notice === undefined ? queryClient.fetchQuery(sessionQuery) : findSession();
    const session = await found.catch(() => null);
    if (session !== null) throw redirect({ to: safeReturnTo(search.returnTo), replace: true });
  },
  component: lazyRouteComponent(() => import("../features/session/sign-in-page.tsx"), "SignInPage"),
});

const signUp = createRoute({
  getParentRoute: () => open,
  path: "/sign-up",
  component: lazyRouteComponent(() => import("../features/account/sign-up-page.tsx"), "SignUpPage"),
});

const invitation = createRoute({
  getParentRoute: () => open,
  path: "/invitation",
  component: lazyRouteComponent(() => import("../features/invitation/invitation-page.tsx"), "InvitationPage"),
});

const forgotPassword = createRoute({
  getParentRoute: () => open,
  path: "/forgot-password",
  component: lazyRouteComponent(() => import("../features/account/password-pages.tsx"), "ForgotPasswordPage"),
});

const resetPassword = createRoute({
  getParentRoute: () => open,
  path: "/reset-password",
  component: lazyRouteComponent(() => import("../features/account/password-pages.tsx"), "ResetPasswordPage"),
});

const verifyEmail = createRoute({
  getParentRoute: () => open,
  path: "/verify-email",
  component: lazyRouteComponent(() => import("../features/account/verify-email-page.tsx"), "VerifyEmailPage"),
});

const unsubscribe = createRoute({
  getParentRoute: () => open,
  path: "/unsubscribe/$token",
  component: lazyRouteComponent(() => import("../features/notice/unsubscribe-page.tsx"), "UnsubscribePage"),
});

export const openRoutes = open.addChildren([
  setUp,
  handOff,
  signIn,
  signUp,
  forgotPassword,
  resetPassword,
  verifyEmail,
  invitation,
  unsubscribe,
]);
