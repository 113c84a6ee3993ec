import { z } from "@hono/zod-openapi";
import { appointOwner as appoint } from "../../../service/admin/appoint-owner.ts";
import { defineOperation, type Operation } from "../../operation.ts";
import { idOf } from "../../presenters/id.ts";
import { Member, presentMember } from "../../presenters/member.ts";
import { OrganizationPath } from "../organizations/organization-path.ts";

const Appointment = z
  .strictObject({
    userId: idOf("user").optional().openapi({ description: "Anybody with an account." }),
    membershipId: idOf("membership").optional().openapi({ description: "Or a present member." }),
  })
  .refine(({ userId, membershipId }) => (userId === undefined) !== (membershipId === undefined), {
    path: ["userId"],
    message: "Name one person: either by userId or by membershipId.",
  });

export const appointOwner: Operation = defineOperation({
  operationId: "appointOwner",
  method: "post",
  path: "/api/admin/organizations/{id}/owners",
  tag: "Instance administration",
  summary: "Appoint an owner of an organization",
  description:
    "The way back for an organization without an active owner. Needs a password given within the last 15 minutes. Who is no member becomes one. It is in the organization's audit log, and its owners hear of it by mail.",
  credentials: ["instance-admin"],
  recentPassword: "always",
  params: OrganizationPath,
  body: Appointment,
  status: 200,
  answer: Member,
  refusals: ["not_found", "personal_organization", "person_suspended", "limit_reached"],
  handle: async ({ deps, actor, params, body }) => ({
    body: presentMember(await appoint(deps, actor, { organizationId: params.id, ...body })),
  }),
});
