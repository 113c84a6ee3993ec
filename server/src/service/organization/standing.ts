import type { Catalogue, MembershipId } from "@mintmark/core";
import type { MembershipRecord, OrganizationRecord } from "../../store/store.ts";
import type { Authority } from "../authority.ts";

/** How someone stands in an organization: what sessions, lists and the organization itself answer. */
export interface Standing {
  readonly organization: OrganizationRecord;
  /** `null` for an API key: it belongs to the organization and is no member. */
  readonly membershipId: MembershipId | null;
  readonly role: string;
  /** Of a member: all that the role holds now. Of a credential: what is left of it. */
  readonly permissions: readonly string[];
  readonly state: "active" | "suspended";
}

/** A member's standing. A suspended one is shown what the role holds, and can use none of it. */
export function standingOf(
  catalogue: Catalogue,
  {
    organization,
    membership,
  }: { readonly organization: OrganizationRecord; readonly membership: Omit<MembershipRecord, "userId"> },
): Standing {
  return {
    organization,
    membershipId: membership.id,
    role: membership.role,
    permissions: catalogue.permissionsOf(membership.role),
    state: membership.suspendedAt === null ? "active" : "suspended",
  };
}

/** The standing of a caller who was just found to have this authority. */
export function standingBy({ organization, membershipId, role, permissions }: Authority): Standing {
  return { organization, membershipId, role, permissions, state: "active" };
}
