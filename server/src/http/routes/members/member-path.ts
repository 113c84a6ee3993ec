import { z } from "@hono/zod-openapi";
import type { MembershipId, OrganizationId } from "@mintmark/core";
import type { MemberPath as MemberPathValue } from "../../../service/member/find-member.ts";
import { idOf } from "../../presenters/id.ts";

/** The path of one member: by membership, for a person who left and joined again is another member. */
export const MemberPath = z.strictObject({ id: idOf("organization"), membershipId: idOf("membership") });

export function memberPathOf(params: {
  readonly id: OrganizationId;
  readonly membershipId: MembershipId;
}): MemberPathValue {
  return { organizationId: params.id, membershipId: params.membershipId };
}
