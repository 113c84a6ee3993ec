// Every page that the side bar, the command palette and the keyboard shortcuts lead to. A new page is one line here. A
// page is not listed for a role without its permission. Its address still works and names the missing permission.
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
  | "instance-tokens"
  | "instance-audit"
  | "metrics";

const ACCOUNT = [
  { to: "/settings/tokens", label: "Personal access tokens", icon: "tokens", key: "t", words: "pat secrets" },
  { to: "/connect", label: "AI clients", icon: "ai-clients", key: "c", words: "connect mcp claude cursor agent tools" },
  { to: "/settings/notices", label: "Notices", icon: "notices", key: "n", words: "bell mail calendar expiry alerts" },
  { to: "/settings/activity", label: "Activity", icon: "activity", key: "h", words: "events log history audit" },
  { to: "/settings/profile", label: "Profile", icon: "profile", key: "p", words: "account name email password delete" },
  { to: "/settings/sessions", label: "Sessions", icon: "sessions", key: "s", words: "browsers devices sign out" },
  { to: "/device", label: "Connect a device", icon: "device", key: "d", words: "terminal login code cli approve" },
  {
    to: "/settings/organizations",
    label: "Organizations",
    icon: "organizations",
    key: "j",
    words: "join switch domain",
  },
] as const satisfies readonly Listed[];

const ORGANIZATION = [
  {
    to: "/organization",
    label: "Overview",
    icon: "overview",
    key: "o",
    words: "pictures charts usage expiry calendar stale denied",
    permission: "tokens:read",
  },
  {
    to: "/organization/members",
    label: "Members",
    icon: "members",
    key: "m",
    words: "people invitations roles",
    permission: "members:read",
    shared: true,
  },
  {
    to: "/organization/tokens",
    label: "Tokens",
    icon: "organization-tokens",
    key: "a",
    words: "all members oversight stale export csv",
    permission: "tokens:read",
  },
  {
    to: "/organization/api-keys",
    label: "API keys",
    icon: "api-keys",
    key: "k",
    words: "machines services",
    permission: "api-keys:read",
  },
  {
    to: "/organization/policy",
    label: "Token policy",
    icon: "policy",
    key: "y",
    words: "rules lifetime ceiling networks",
    permission: "policy:read",
  },
  {
    to: "/organization/audit",
    label: "Audit log",
    icon: "audit",
    key: "l",
    words: "events history export",
    permission: "audit:read",
  },
  {
    to: "/organization/settings",
    label: "Settings",
    icon: "organization",
    key: "e",
    words: "organization rename leave delete",
    permission: "organization:read",
  },
] as const satisfies readonly ListedOfOrganization[];

const INSTANCE = [
  { to: "/admin/users", label: "Users", icon: "users", key: "u", words: "accounts people suspend instance admins" },
  {
    to: "/admin/organizations",
    label: "Organizations",
    icon: "organizations",
    key: "g",
    words: "tenants owners appoint",
  },
  { to: "/admin/tokens", label: "All tokens", icon: "instance-tokens", key: "i", words: "instance pat revoke" },
  { to: "/admin/services", label: "Services", icon: "services", key: "v", words: "service keys" },
  { to: "/admin/audit", label: "Instance audit log", icon: "instance-audit", key: "x", words: "events history" },
  {
    to: "/admin/metrics",
    label: "Metrics",
    icon: "metrics",
    key: "r",
    words: "performance latency verifications per second live",
  },
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

export function navigationFor(session: Pick<Session, "organization" | "user">): NavigationGroup[] {
  const { organization, user } = session;
  const ofOrganization: readonly (ListedOfOrganization & NavigationItem)[] = ORGANIZATION;
  const items = ofOrganization.filter(
    ({ permission, shared }) => can(organization, permission) && !(shared && organization.personal),
  );
  return [
    { label: "Your account", items: ACCOUNT },
    ...(items.length > 0 ? [{ label: organization.name, items }] : []),
    ...(user.instanceAdmin ? [{ label: "This instance", items: INSTANCE }] : []),
  ];
}
