// What the side bar offers, and to whom. A page whose permission the role lacks is not offered; its
// address still works and then says what is missing.
import type { Session } from "../api/types.ts";
import { can } from "../session/permission.ts";

export type NavigationIcon =
  | "tokens"
  | "profile"
  | "sessions"
  | "members"
  | "api-keys"
  | "policy"
  | "audit"
  | "organization"
  | "users"
  | "services";

interface NavigationItem {
  readonly to: NavigationPath;
  readonly label: string;
  readonly icon: NavigationIcon;
}

export interface NavigationGroup {
  readonly label: string;
  readonly items: readonly NavigationItem[];
}

type NavigationPath =
  | "/settings/tokens"
  | "/settings/profile"
  | "/settings/sessions"
  | "/organization/members"
  | "/organization/api-keys"
  | "/organization/policy"
  | "/organization/audit"
  | "/organization/settings"
  | "/admin"
  | "/admin/services";

const ACCOUNT: readonly NavigationItem[] = [
  { to: "/settings/tokens", label: "Personal access tokens", icon: "tokens" },
  { to: "/settings/profile", label: "Profile", icon: "profile" },
  { to: "/settings/sessions", label: "Sessions", icon: "sessions" },
];

const ORGANIZATION: readonly (NavigationItem & { readonly permission: string; readonly shared?: boolean })[] = [
  // A personal organization has one member for good.
  { to: "/organization/members", label: "Members", icon: "members", permission: "members:read", shared: true },
  { to: "/organization/api-keys", label: "API keys", icon: "api-keys", permission: "api-keys:read" },
  { to: "/organization/policy", label: "Token policy", icon: "policy", permission: "policy:read" },
  { to: "/organization/audit", label: "Audit log", icon: "audit", permission: "audit:read" },
  { to: "/organization/settings", label: "Settings", icon: "organization", permission: "organization:read" },
];

const INSTANCE: readonly NavigationItem[] = [
  { to: "/admin", label: "Users", icon: "users" },
  { to: "/admin/services", label: "Services", icon: "services" },
];

export function navigationFor(session: Pick<Session, "organization" | "user">): NavigationGroup[] {
  const { organization, user } = session;
  const items = ORGANIZATION.filter(
    ({ permission, shared }) => can(organization, permission) && !(shared && organization.personal),
  );
  return [
    { label: "Your account", items: ACCOUNT },
    ...(items.length > 0 ? [{ label: organization.name, items }] : []),
    ...(user.instanceAdmin ? [{ label: "This instance", items: INSTANCE }] : []),
  ];
}
