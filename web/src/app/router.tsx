// Every address of the app. Those without a session are in open-routes.tsx, those of instance admins in admin-routes.tsx. The code of a page is loaded on the first
// visit. Signed-in pages are children of `shell`, which loads the session or redirects to the sign-in page.
import { FAMILIAR_TOKEN_PATHS } from "@mintmark/core";
import type { QueryClient } from "@tanstack/react-query";
import { createRoute, createRouter, lazyRouteComponent, redirect } from "@tanstack/react-router";
import { instanceQuery } from "../api/admin.ts";
import { sessionQuery } from "../api/session.ts";
import { AUDIT_SEARCH } from "../audit/audit-search.ts";
import { HOME } from "../session/return-to.ts";
import { adminRoutes } from "./admin-routes.tsx";
import { NotFoundInShell, NotFoundPage } from "./error-pages.tsx";
import { openRoutes, root } from "./open-routes.tsx";
import { openInOrganization } from "./organization-link.ts";
import { parseSearch, pickText, stringifySearch } from "./search-params.ts";
import { inShell, shell } from "./shell-route.tsx";

const start = createRoute({
  getParentRoute: () => root,
  path: "/",
  beforeLoad: async ({ context: { queryClient } }) => {
    const instance = await queryClient.ensureQueryData(instanceQuery);
    throw redirect({ to: instance.setUp ? HOME : "/setup", replace: true });
  },
});

// With a session.

const tokens = createRoute({
  ...inShell,
  path: "/settings/tokens",
  validateSearch: (search: Record<string, unknown>) => pickText(search, ["state", "query"]),
  component: lazyRouteComponent(() => import("../features/token/tokens-page.tsx"), "TokensPage"),
});

const newToken = createRoute({
  ...inShell,
  path: "/settings/tokens/new",
  component: lazyRouteComponent(() => import("../features/token/new-token-page.tsx"), "NewTokenPage"),
});

const token = createRoute({
  ...inShell,
  path: "/settings/tokens/$tokenId",
  validateSearch: (search: Record<string, unknown>) => pickText(search, ["days"]),
  component: lazyRouteComponent(() => import("../features/token/token-page.tsx"), "TokenPage"),
});

const replaceToken = createRoute({
  ...inShell,
  path: "/settings/tokens/$tokenId/replace",
  component: lazyRouteComponent(() => import("../features/token/replace-token-page.tsx"), "ReplaceTokenPage"),
});

const cliConnect = createRoute({
  ...inShell,
  path: "/cli/connect",
  validateSearch: (search: Record<string, unknown>) => pickText(search, ["name", "permissions", "expires"]),
  component: lazyRouteComponent(() => import("../features/token/new-token-page.tsx"), "CliConnectPage"),
});

const cliAuthorize = createRoute({
  ...inShell,
  path: "/cli/authorize",
  validateSearch: (search: Record<string, unknown>) =>
    pickText(search, ["code_challenge", "code_challenge_method", "redirect_uri", "state", "device_name"]),
  component: lazyRouteComponent(() => import("../features/device/device-page.tsx"), "AuthorizePage"),
});

const device = createRoute({
  ...inShell,
  path: "/device",
  component: lazyRouteComponent(() => import("../features/device/device-page.tsx"), "DevicePage"),
});

const connect = createRoute({
  ...inShell,
  path: "/connect",
  validateSearch: (search: Record<string, unknown>) => pickText(search, ["client", "system", "holding", "token"]),
  component: lazyRouteComponent(() => import("../features/mcp-client/connect-page.tsx"), "ConnectPage"),
});

const connectClient = createRoute({
  getParentRoute: () => root,
  path: "/connect/$client",
  beforeLoad: ({ params: { client } }) => {
    throw redirect({ to: "/connect", search: { client }, replace: true });
  },
});

const profile = createRoute({
  ...inShell,
  path: "/settings/profile",
  component: lazyRouteComponent(() => import("../features/account/profile-page.tsx"), "ProfilePage"),
});

const organizations = createRoute({
  ...inShell,
  path: "/settings/organizations",
  component: lazyRouteComponent(() => import("../features/organization/organizations-page.tsx"), "OrganizationsPage"),
});

const sessions = createRoute({
  ...inShell,
  path: "/settings/sessions",
  component: lazyRouteComponent(() => import("../features/session/sessions-page.tsx"), "SessionsPage"),
});

const activity = createRoute({
  ...inShell,
  path: "/settings/activity",
  validateSearch: (search: Record<string, unknown>) => pickText(search, AUDIT_SEARCH),
  component: lazyRouteComponent(() => import("../features/audit/activity-page.tsx"), "ActivityPage"),
});

const notices = createRoute({
  ...inShell,
  path: "/settings/notices",
  validateSearch: (search: Record<string, unknown>) => pickText(search, ["unread", "kind"]),
  component: lazyRouteComponent(() => import("../features/notice/notices-page.tsx"), "NoticesPage"),
});

const overview = createRoute({
  ...inShell,
  path: "/organization",
  validateSearch: (search: Record<string, unknown>) => pickText(search, ["days"]),
  component: lazyRouteComponent(() => import("../features/usage/overview-page.tsx"), "OverviewPage"),
});

const members = createRoute({
  ...inShell,
  path: "/organization/members",
  validateSearch: (search: Record<string, unknown>) => pickText(search, ["query"]),
  component: lazyRouteComponent(() => import("../features/member/members-page.tsx"), "MembersPage"),
});

const offboarding = createRoute({
  ...inShell,
  path: "/organization/members/$membershipId/offboarding",
  validateSearch: (search: Record<string, unknown>) => pickText(search, ["mode"]),
  component: lazyRouteComponent(() => import("../features/member/offboarding-page.tsx"), "OffboardingPage"),
});

const offboardingReceipt = createRoute({
  ...inShell,
  path: "/organization/members/receipts/$eventId",
  component: lazyRouteComponent(
    () => import("../features/member/offboarding-receipt-page.tsx"),
    "OffboardingReceiptPage",
  ),
});

const organizationTokens = createRoute({
  ...inShell,
  path: "/organization/tokens",
  validateSearch: (search: Record<string, unknown>) =>
    pickText(search, ["state", "use", "expires", "sort", "member", "query"]),
  component: lazyRouteComponent(
    () => import("../features/token/organization-tokens-page.tsx"),
    "OrganizationTokensPage",
  ),
});

const organizationToken = createRoute({
  ...inShell,
  path: "/organization/tokens/$tokenId",
  validateSearch: (search: Record<string, unknown>) => pickText(search, ["days"]),
  component: lazyRouteComponent(() => import("../features/token/organization-token-page.tsx"), "OrganizationTokenPage"),
});

const apiKeys = createRoute({
  ...inShell,
  path: "/organization/api-keys",
  validateSearch: (search: Record<string, unknown>) => pickText(search, ["show", "query"]),
  component: lazyRouteComponent(() => import("../features/api-key/api-keys-page.tsx"), "ApiKeysPage"),
});

const apiKey = createRoute({
  ...inShell,
  path: "/organization/api-keys/$keyId",
  validateSearch: (search: Record<string, unknown>) => pickText(search, ["days"]),
  component: lazyRouteComponent(() => import("../features/api-key/api-key-page.tsx"), "ApiKeyPage"),
});

const policy = createRoute({
  ...inShell,
  path: "/organization/policy",
  component: lazyRouteComponent(() => import("../features/policy/policy-page.tsx"), "PolicyPage"),
});

const audit = createRoute({
  ...inShell,
  path: "/organization/audit",
  validateSearch: (search: Record<string, unknown>) => pickText(search, AUDIT_SEARCH),
  component: lazyRouteComponent(() => import("../features/audit/audit-page.tsx"), "AuditPage"),
});

const organization = createRoute({
  ...inShell,
  path: "/organization/settings",
  component: lazyRouteComponent(() => import("../features/organization/organization-page.tsx"), "OrganizationPage"),
});

const inOrganization = createRoute({
  ...inShell,
  path: "/organization/in/$organizationId/$page",
  beforeLoad: ({ context: { queryClient }, params, preload }) => openInOrganization(queryClient, params, preload),
});

// Redirects.

const familiarTokenPaths = FAMILIAR_TOKEN_PATHS.map((path) =>
  createRoute({
    getParentRoute: () => root,
    path,
    beforeLoad: () => {
      throw redirect({ to: HOME, replace: true });
    },
  }),
);

const admin = createRoute({
  getParentRoute: () => root,
  path: "/admin",
  beforeLoad: () => {
    throw redirect({ to: "/admin/users", replace: true });
  },
});

const settings = createRoute({
  getParentRoute: () => root,
  path: "/settings",
  beforeLoad: () => {
    throw redirect({ to: HOME, replace: true });
  },
});

/** Any other address, inside the frame if a person is signed in. */
const unknown = createRoute({
  getParentRoute: () => root,
  path: "$",
  loader: ({ context: { queryClient } }) =>
    Promise.all([queryClient.ensureQueryData(sessionQuery), queryClient.ensureQueryData(instanceQuery)]).then(
      () => true,
      () => false,
    ),
  component: () => (unknown.useLoaderData() ? <NotFoundInShell /> : <NotFoundPage />),
});

const routeTree = root.addChildren([
  start,
  settings,
  admin,
  ...familiarTokenPaths,
  connectClient,
  unknown,
  openRoutes,
  shell.addChildren([
    tokens,
    newToken,
    token,
    replaceToken,
    cliConnect,
    connect,
    cliAuthorize,
    device,
    profile,
    sessions,
    notices,
    organizations,
    activity,
    overview,
    members,
    offboarding,
    offboardingReceipt,
    organizationTokens,
    organizationToken,
    apiKeys,
    apiKey,
    policy,
    audit,
    organization,
    inOrganization,
    ...adminRoutes,
  ]),
]);

export function createAppRouter(queryClient: QueryClient) {
  return createRouter({
    routeTree,
    context: { queryClient },
    parseSearch,
    stringifySearch,
    scrollRestoration: true,
    // Mount the page anew for another token: its heading takes the focus, and no state of the last one stays.
    defaultRemountDeps: ({ params }) => params,
    defaultPreload: "intent",
    defaultPendingMs: 150,
    // The skeleton has the size of the page, so it needs no minimum time.
    defaultPendingMinMs: 0,
  });
}

export type AppRouter = ReturnType<typeof createAppRouter>;

declare module "@tanstack/react-router" {
  interface Register {
    router: AppRouter;
  }
}
