// The addresses of instance admins.
import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import { AUDIT_SEARCH } from "../audit/audit-search.ts";
import { pickText } from "./search-params.ts";
import { inShell } from "./shell-route.tsx";

const adminUsers = createRoute({
  ...inShell,
  path: "/admin/users",
  validateSearch: (search: Record<string, unknown>) => pickText(search, ["query", "show"]),
  component: lazyRouteComponent(() => import("../features/admin/users-page.tsx"), "UsersPage"),
});

const adminUser = createRoute({
  ...inShell,
  path: "/admin/users/$userId",
  component: lazyRouteComponent(() => import("../features/admin/user-page.tsx"), "UserPage"),
});

const adminOrganizations = createRoute({
  ...inShell,
  path: "/admin/organizations",
  validateSearch: (search: Record<string, unknown>) => pickText(search, ["query", "kind", "show"]),
  component: lazyRouteComponent(() => import("../features/admin/organizations-page.tsx"), "OrganizationsPage"),
});

const adminOrganization = createRoute({
  ...inShell,
  path: "/admin/organizations/$organizationId",
  component: lazyRouteComponent(() => import("../features/admin/organization-page.tsx"), "AdminOrganizationPage"),
});

const adminTokens = createRoute({
  ...inShell,
  path: "/admin/tokens",
  validateSearch: (search: Record<string, unknown>) =>
    pickText(search, ["query", "user", "organization", "state", "use"]),
  component: lazyRouteComponent(() => import("../features/admin/instance-tokens-page.tsx"), "InstanceTokensPage"),
});

const adminAudit = createRoute({
  ...inShell,
  path: "/admin/audit",
  validateSearch: (search: Record<string, unknown>) => pickText(search, AUDIT_SEARCH),
  component: lazyRouteComponent(() => import("../features/admin/instance-audit-page.tsx"), "InstanceAuditPage"),
});

const adminMetrics = createRoute({
  ...inShell,
  path: "/admin/metrics",
  component: lazyRouteComponent(() => import("../features/admin/metrics-page.tsx"), "MetricsPage"),
});

const adminMail = createRoute({
  ...inShell,
  path: "/admin/mail",
  component: lazyRouteComponent(() => import("../features/admin/mail-page.tsx"), "MailPage"),
});

const adminManagementKeys = createRoute({
  ...inShell,
  path: "/admin/management-keys",
  component: lazyRouteComponent(() => import("../features/admin/management-keys-page.tsx"), "ManagementKeysPage"),
});

const adminWebhooks = createRoute({
  ...inShell,
  path: "/admin/webhooks",
  component: lazyRouteComponent(() => import("../features/event/webhooks-page.tsx"), "WebhooksPage"),
});

const adminWebhook = createRoute({
  ...inShell,
  path: "/admin/webhooks/$webhookId",
  component: lazyRouteComponent(() => import("../features/event/webhook-page.tsx"), "WebhookPage"),
});

const adminServices = createRoute({
  ...inShell,
  path: "/admin/services",
  component: lazyRouteComponent(() => import("../features/admin/services-page.tsx"), "ServicesPage"),
});

export const adminRoutes = [
  adminUsers,
  adminUser,
  adminOrganizations,
  adminOrganization,
  adminTokens,
  adminAudit,
  adminMetrics,
  adminMail,
  adminServices,
  adminManagementKeys,
  adminWebhooks,
  adminWebhook,
] as const;
