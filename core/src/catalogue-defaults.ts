// The permissions and roles of every instance. An operator adds those of the product.

export type Access = "read" | "write";

export interface PermissionDefinition {
  /** `resource:action`, e.g. `members:read`. */
  readonly name: string;
  /** Whether it allows a change. Read-only ceilings and shortcuts keep only `read`. */
  readonly access: Access;
  readonly description: string;
}

export interface RoleDefinition {
  /** Matches `[a-z0-9_-]+`, because a header carries it. */
  readonly name: string;
  readonly description: string;
  readonly permissions: readonly string[];
}

const read = (name: string, description: string): PermissionDefinition => ({ name, access: "read", description });
const write = (name: string, description: string): PermissionDefinition => ({ name, access: "write", description });

export const DEFAULT_PERMISSIONS: readonly PermissionDefinition[] = [
  read("organization:read", "See the organization"),
  write("organization:write", "Rename the organization and change its settings"),
  write("organization:delete", "Delete the organization"),
  read("members:read", "See who is a member"),
  write("members:write", "Change roles, suspend and remove members"),
  read("invitations:read", "See pending invitations"),
  write("invitations:write", "Invite people and withdraw invitations"),
  write("tokens:create", "Mint their own personal access tokens"),
  read("tokens:read", "See every member's personal access tokens"),
  write("tokens:revoke", "Revoke any member's personal access tokens"),
  read("api-keys:read", "See the organization's API keys"),
  write("api-keys:write", "Create and revoke API keys"),
  read("policy:read", "See the token policy"),
  write("policy:write", "Change the token policy"),
  read("audit:read", "Read the organization's audit log"),
  // An export changes nothing. It is declared a write so that a read-only token cannot copy the whole log.
  write("audit:export", "Export the organization's audit log"),
];

const VIEWER = ["organization:read", "members:read", "tokens:create"];
const MEMBER = [...VIEWER, "policy:read"];
const ADMIN = DEFAULT_PERMISSIONS.map((permission) => permission.name).filter((name) => name !== "organization:delete");

export const OWNER_ROLE = "owner";

export const DEFAULT_ROLES: readonly RoleDefinition[] = [
  {
    name: OWNER_ROLE,
    description: "Everything, including deleting the organization",
    permissions: [...ADMIN, "organization:delete"],
  },
  { name: "admin", description: "Everything except deleting the organization", permissions: ADMIN },
  { name: "member", description: "Works in the organization and mints tokens", permissions: MEMBER },
  { name: "viewer", description: "Looks, and mints tokens that can look", permissions: VIEWER },
];
