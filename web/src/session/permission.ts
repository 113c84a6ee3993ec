// The permissions of the signed-in person in the active organization. The server decides. The app only hides actions
// that it would refuse.
import { missingPermissions } from "@mintmark/core";
import type { OrganizationMembership, RoleInfo } from "../api/types.ts";

export function can(organization: Pick<OrganizationMembership, "permissions" | "state">, permission: string): boolean {
  return organization.state === "active" && organization.permissions.includes(permission);
}

/** The roles that a person may give: those within their own permissions. */
export function grantableRoles(roles: readonly RoleInfo[], held: readonly string[]): RoleInfo[] {
  return roles.filter(({ permissions }) => missingPermissions(permissions, held).length === 0);
}

/** The roles with the permission, in the order of the instance. */
export function rolesWith(roles: readonly RoleInfo[], permission: string): string[] {
  return roles.filter((role) => role.permissions.includes(permission)).map((role) => role.name);
}
