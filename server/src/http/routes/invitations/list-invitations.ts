import { z } from "@hono/zod-openapi";
import { listInvitations as list } from "../../../service/invitation/list-invitations.ts";
import { defineOperation, type Operation } from "../../operation.ts";
import { Invitation, presentInvitation } from "../../presenters/invitation.ts";
import { pageOf, pageQuery, parsePage, presentPage } from "../../presenters/page.ts";
import { OrganizationPath } from "../organizations/organization-path.ts";

export const listInvitations: Operation = defineOperation({
  operationId: "listInvitations",
  method: "get",
  path: "/api/organizations/{id}/invitations",
  tag: "Invitations",
  summary: "List invitations",
  description:
    "Invitations that were neither accepted nor withdrawn, newest first. `state` tells which of them can no longer be accepted.",
  credentials: ["session", "pat", "api-key"],
  permission: "invitations:read",
  params: OrganizationPath,
  query: z.strictObject(pageQuery),
  status: 200,
  answer: pageOf(Invitation),
  refusals: ["cursor_invalid", "permission_denied", "not_found"],
  handle: async ({ deps, actor, params, query }) => ({
    body: presentPage(await list(deps, actor, params.id, parsePage(query)), presentInvitation),
  }),
});
