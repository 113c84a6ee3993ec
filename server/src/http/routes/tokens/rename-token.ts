import { z } from "@hono/zod-openapi";
import { renameToken as rename } from "../../../service/token/rename-token.ts";
import { defineOperation, type Operation } from "../../operation.ts";
import { idOf } from "../../presenters/id.ts";
import { PersonalAccessToken, presentToken } from "../../presenters/token.ts";

export const renameToken: Operation = defineOperation({
  operationId: "renameToken",
  method: "patch",
  path: "/api/personal-access-tokens/{id}",
  tag: "Personal access tokens",
  summary: "Rename a token",
  description:
    "The name is the only thing about a token that can change; sending anything of its authority is 405 `token_immutable`.",
  credentials: ["session"],
  params: z.strictObject({ id: idOf("token") }),
  body: z.strictObject({ name: z.string() }),
  immutable: ["permissions", "expiresAt", "expiresInDays", "organizationId", "organization", "user", "membershipId"],
  status: 200,
  answer: PersonalAccessToken,
  refusals: ["name_invalid", "token_immutable", "credential_not_active", "not_found"],
  handle: async ({ deps, actor, params, body }) => ({
    body: presentToken(deps, await rename(deps, actor, { id: params.id, name: body.name })),
  }),
});
