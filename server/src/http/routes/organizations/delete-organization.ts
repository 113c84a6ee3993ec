import { z } from "@hono/zod-openapi";
import { deleteOrganization as remove } from "../../../service/organization/delete-organization.ts";
import { defineOperation, type Operation } from "../../operation.ts";
import { presentReceipt, Receipt } from "../../presenters/receipt.ts";
import { OrganizationPath } from "./organization-path.ts";

export const deleteOrganization: Operation = defineOperation({
  operationId: "deleteOrganization",
  method: "delete",
  path: "/api/organizations/{id}",
  tag: "Organizations",
  summary: "Delete an organization",
  description:
    "For good. When this is answered, every token and API key of it is dead everywhere. Needs its name typed out and a password given within the last 15 minutes. A personal organization goes only with its account.",
  credentials: ["session"],
  recentPassword: "always",
  permission: "organization:delete",
  params: OrganizationPath,
  body: z.strictObject({
    name: z.string().max(1000).openapi({ description: "The organization's name, typed out." }),
  }),
  status: 200,
  answer: Receipt,
  refusals: ["confirmation_mismatch", "permission_denied", "personal_organization", "not_found"],
  handle: async ({ deps, actor, params, body }) => ({
    body: presentReceipt(await remove(deps, actor, { ...params, ...body })),
  }),
});
