import { z } from "@hono/zod-openapi";
import { revokeUserTokens as revoke } from "../../../service/admin/revoke-user-tokens.ts";
import { defineOperation, type Operation } from "../../operation.ts";
import { idOf } from "../../presenters/id.ts";
import { presentRevokedTokens, RevokedTokens } from "./revoked-tokens.ts";
import { UserPath } from "./user-path.ts";

export const revokeUserTokens: Operation = defineOperation({
  operationId: "revokeUserTokens",
  method: "post",
  path: "/api/admin/users/{id}/revoke-tokens",
  tag: "Instance administration",
  summary: "Revoke every token of a person",
  description:
    "In all organizations, or in those named, in one transaction: when this is answered, they are dead everywhere. API keys stay, and the person may mint again.",
  credentials: ["instance-admin"],
  params: UserPath,
  body: z.strictObject({
    organizationIds: z
      .array(idOf("organization"))
      .min(1)
      .max(200)
      .optional()
      .openapi({ description: "Only in these organizations of theirs." }),
  }),
  status: 200,
  answer: RevokedTokens,
  refusals: ["not_found"],
  handle: async ({ deps, actor, params, body }) => ({
    body: presentRevokedTokens(await revoke(deps, actor, { ...params, organizationIds: body.organizationIds ?? null })),
  }),
});
