// What the signed-in person may do with a member. The server decides; this keeps the menu from offering
// what it would refuse.
import type { Member, OrganizationMembership, RoleInfo } from "../../api/types.ts";
import { can } from "../../session/permission.ts";

export type MemberAction = "change-role" | "suspend" | "reinstate" | "remove" | "leave";

/** Nobody manages a member whose role holds more than their own, and nobody suspends or promotes themselves. */
export function memberActions(
  organization: Pick<OrganizationMembership, "membershipId" | "permissions" | "state" | "personal">,
  member: Pick<Member, "id" | "role" | "state">,
  roles: readonly RoleInfo[],
): MemberAction[] {
  if (organization.personal) return [];
  if (member.id === organization.membershipId) return ["leave"];
  if (!can(organization, "members:write")) return [];
  const theirs = roles.find(({ name }) => name === member.role)?.permissions ?? [];
  if (!theirs.every((permission) => organization.permissions.includes(permission))) return [];
  return ["change-role", member.state === "active" ? "suspend" : "reinstate", "remove"];
}
