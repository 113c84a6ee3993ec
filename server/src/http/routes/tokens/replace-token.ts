import { z } from "@hono/zod-openapi";
import { replaceToken as replace } from "../../../service/token/replace-token.ts";
import { defineOperation, type Operation } from "../../operation.ts";
import { idOf } from "../../presenters/id.ts";
import { PersonalAccessToken, presentToken } from "../../presenters/token.ts";

const ReplacedToken = z
  .object({
    token: PersonalAccessToken,
    secret: z.string().openapi({ description: "Shown this once; only its hash is stored." }),
    replaced: PersonalAccessToken.openapi({ description: "The old token. It works until it is revoked." }),
  })
  .openapi("ReplacedToken");

export const replaceToken: Operation = defineOperation({
  operationId: "replaceToken",
  method: "post",
  path: "/api/personal-access-tokens/{id}/replace",
  tag: "Personal access tokens",
  summary: "Replace a token",
  description:
    "Mints a twin with the same list and the original duration counted from now. Revoke the old token once the new one is in use.",
  credentials: ["session"],
  recentPassword: "long-lifetime",
  params: z.strictObject({ id: idOf("token") }),
  status: 201,
  answer: ReplacedToken,
  refusals: [
    "credential_not_active",
    "permission_exceeds_role",
    "permission_unknown",
    "permissions_empty",
    "personal_organization_denied",
    "expiry_required",
    "policy_mint",
    "policy_lifetime",
    "limit_reached",
    "not_found",
    "rate_limited",
  ],
  handle: async ({ deps, actor, params }) => {
    const { token, secret, replaced } = await replace(deps, actor, params.id);
    return {
      body: { token: presentToken(deps, token), secret: secret.expose(), replaced: presentToken(deps, replaced) },
    };
  },
});
