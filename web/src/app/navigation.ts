// Every page that the side bar, the command palette and the keyboard shortcuts lead to. A new page is one line here. A
// page is not listed for a role without its permission. Its address still works and names the missing permission.
import { isHandOffPath } from "@mintmark/core";
import type { Session } from "../api/types.ts";
import { can } from "../session/permission.ts";

interface Listed {
  readonly to: string;
  readonly label: string;
  readonly icon: NavigationIcon;
  /** The key that leads here after `g`. Each is used once. */
  readonly key: string;
  /** Other words that people may search for. */
  readonly words?: string;
}

interface ListedOfOrganization extends Listed {
  readonly permission: string;
  /** Hidden in a personal organization, which always has one member. */
  readonly shared?: boolean;
}

/** Drawn by navigation-icons.ts. */
export type NavigationIcon =
  | "tokens"
  | "ai-clients"
  | "notices"
  | "activity"
  | "profile"
  | "sessions"
  | "device"
  | "overview"
  | "members"
  | "organization-tokens"
  | "api-keys"
  | "policy"
  | "audit"
  | "organization"
  | "users"
  | "organizations"
  | "services"
  | "management-keys"
  | "webhooks"
  | "instance-tokens"
  | "instance-audit"
  | "metrics"
  | "mail";

const ACCOUNT = [
  {
    to: "/settings/tokens",
    label: "Personal access tokens",
    icon: "tokens",
    key: "t",
    words: "pat api access token key secret list label rename revoke delete rotate regenerate renew replace expiry",
  },
  { to: "/connect", label: "AI clients", icon: "ai-clients", key: "c", words: "connect mcp claude cursor agent tools" },
  {
    to: "/settings/notices",
    label: "Notices",
    icon: "notices",
    key: "n",
    words: "notifications bell mail email calendar expiry alerts inbox",
  },
  {
    to: "/settings/activity",
    label: "Activity",
    icon: "activity",
    key: "h",
    words: "events log history audit my actions",
  },
  {
    to: "/settings/profile",
    label: "Profile",
    icon: "profile",
    key: "p",
    words: "account user name email address change password settings delete account",
  },
  {
    to: "/settings/sessions",
    label: "Sessions",
    icon: "sessions",
    key: "s",
    words: "browsers devices signed in sign out everywhere",
  },
  {
    to: "/device",
    label: "Connect a device",
    icon: "device",
    key: "d",
    words: "terminal login sign in code cli command line approve authorize",
  },
  {
    to: "/settings/organizations",
    label: "Organizations",
    icon: "organizations",
    key: "j",
    words: "teams join leave switch domain workspaces",
  },
] as const satisfies readonly Listed[];

const ORGANIZATION = [
  {
    to: "/organization",
    label: "Overview",
    icon: "overview",
    key: "o",
    words: "pictures charts usage statistics dashboard report expiry calendar stale unused denied",
    permission: "tokens:read",
  },
  {
    to: "/organization/members",
    label: "Members",
    icon: "members",
    key: "m",
    words: "people users team invite invitations roles permissions remove suspend offboarding",
    permission: "members:read",
    shared: true,
  },
  {
    to: "/organization/tokens",
    label: "Tokens",
    icon: "organization-tokens",
    key: "a",
    words: "all members everyone oversight stale unused pat revoke export csv",
    permission: "tokens:read",
  },
  {
    to: "/organization/api-keys",
    label: "API keys",
    icon: "api-keys",
    key: "k",
    words: "machines services service accounts create generate revoke secret",
    permission: "api-keys:read",
  },
  {
    to: "/organization/policy",
    label: "Token policy",
    icon: "policy",
    key: "y",
    words: "rules security lifetime expiry maximum ceiling networks ip allowlist mcp oversight",
    permission: "policy:read",
  },
  {
    to: "/organization/audit",
    label: "Audit log",
    icon: "audit",
    key: "l",
    words: "events history activity log export retention",
    permission: "audit:read",
  },
  {
    to: "/organization/settings",
    label: "Settings",
    icon: "organization",
    key: "e",
    words: "organization rename leave delete domain",
    permission: "organization:read",
  },
] as const satisfies readonly ListedOfOrganization[];

const INSTANCE = [
  {
    to: "/admin/users",
    label: "Users",
    icon: "users",
    key: "u",
    words: "accounts people suspend password reset instance admins",
  },
  {
    to: "/admin/organizations",
    label: "Organizations",
    icon: "organizations",
    key: "g",
    words: "tenants teams owners appoint",
  },
  {
    to: "/admin/tokens",
    label: "All tokens",
    icon: "instance-tokens",
    key: "i",
    words: "instance everyone pat revoke",
  },
  {
    to: "/admin/services",
    label: "Services",
    icon: "services",
    key: "v",
    words: "service keys create register introspection verify",
  },
  {
    to: "/admin/management-keys",
    label: "Management keys",
    icon: "management-keys",
    key: "b",
    words: "host product directory hand-off scopes create revoke",
  },
  {
    to: "/admin/webhooks",
    label: "Webhooks",
    icon: "webhooks",
    key: "q",
    words: "events deliveries hooks signing secret replay",
  },
  {
    to: "/admin/audit",
    label: "Instance audit log",
    icon: "instance-audit",
    key: "x",
    words: "events history activity log",
  },
  {
    to: "/admin/metrics",
    label: "Metrics",
    icon: "metrics",
    key: "r",
    words: "performance latency verifications per second live",
  },
  { to: "/admin/mail", label: "Mail", icon: "mail", key: "w", words: "email smtp outbox queue test failures delivery" },
] as const satisfies readonly Listed[];

export type NavigationPath = (typeof ACCOUNT | typeof ORGANIZATION | typeof INSTANCE)[number]["to"];

interface NavigationItem extends Listed {
  readonly to: NavigationPath;
}

export interface NavigationGroup {
  readonly label: string;
  readonly items: readonly NavigationItem[];
}

/** Whether the addresses of other listed pages begin with the address of this one. */
export function isAbove({ to }: Listed, others: readonly Listed[]): boolean {
  return others.some((other) => other.to.startsWith(`${to}/`));
}

/** The pages for a person who is in no organization. */
const WITHOUT_ORGANIZATION = [
  "/settings/notices",
  "/settings/activity",
  "/settings/profile",
  "/settings/sessions",
  "/settings/organizations",
  "/admin",
];

/** Whether the page at this address needs an active organization. */
export function needsOrganization(path: string): boolean {
  return !WITHOUT_ORGANIZATION.some((page) => path === page || path.startsWith(`${page}/`));
}

export function navigationFor(
  session: Pick<Session, "organization" | "user"> & Partial<Pick<Session, "handOff">>,
): NavigationGroup[] {
  const { organization, user } = session;
  const ofOrganization: readonly (ListedOfOrganization & NavigationItem)[] = ORGANIZATION;
  const account: readonly NavigationItem[] = ACCOUNT;
  if (session.handOff) return [{ label: "Your account", items: account.filter(({ to }) => isHandOffPath(to)) }];
  const items = ofOrganization.filter(
    ({ permission, shared }) =>
      organization !== null && can(organization, permission) && !(shared && organization.personal),
  );
  return [
    { label: "Your account", items: account.filter(({ to }) => organization !== null || !needsOrganization(to)) },
    ...(organization !== null && items.length > 0 ? [{ label: organization.name, items }] : []),
    ...(user.instanceAdmin ? [{ label: "This instance", items: INSTANCE }] : []),
  ];
}
