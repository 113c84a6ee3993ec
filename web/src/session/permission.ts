// What the signed-in person may do, by the role they have in the active organization. The server decides;
// this only keeps the app from offering what would be refused.
import { missingPermissions } from "@mintmark/core";
import type { OrganizationMembership, RoleInfo } from "../api/types.ts";

export function can(organization: Pick<OrganizationMembership, "permissions" | "state">, permission: string): boolean {
  return organization.state === "active" && organization.permissions.includes(permission);
}

/** The roles a person may hand out: those whose every permission they hold themselves. */
export function grantableRoles(roles: readonly RoleInfo[], held: readonly string[]): RoleInfo[] {
  return roles.filter(({ permissions }) => missingPermissions(permissions, held).length === 0);
}

/** The roles, by their instance's order, whose holders have the permission: whom to ask for it. */
export function rolesWith(roles: readonly RoleInfo[], permission: string): string[] {
  return roles.filter((role) => role.permissions.includes(permission)).map((role) => role.name);
}
