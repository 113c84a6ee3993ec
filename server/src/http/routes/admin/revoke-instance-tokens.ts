import { z } from "@hono/zod-openapi";
import { revokeInstanceTokens as revoke } from "../../../service/admin/revoke-instance-tokens.ts";
import { defineOperation, type Operation } from "../../operation.ts";
import { idOf } from "../../presenters/id.ts";
import { presentRevokedTokens, RevokedTokens } from "./revoked-tokens.ts";

export const revokeInstanceTokens: Operation = defineOperation({
  operationId: "revokeInstanceTokens",
  method: "post",
  path: "/api/admin/personal-access-tokens/revoke",
  tag: "Instance administration",
  summary: "Revoke many tokens at once",
  description:
    "In one transaction: when this is answered, all of them are dead everywhere. If one is unknown, none is touched. Those that were revoked before are not counted.",
  credentials: ["instance-admin"],
  body: z.strictObject({ ids: z.array(idOf("token")).min(1).max(200) }),
  status: 200,
  answer: RevokedTokens,
  refusals: ["not_found"],
  handle: async ({ deps, actor, body }) => ({
    body: presentRevokedTokens(await revoke(deps, actor, body.ids)),
  }),
});
