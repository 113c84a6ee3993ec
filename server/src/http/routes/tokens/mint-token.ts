import { z } from "@hono/zod-openapi";
import { mintToken as mint } from "../../../service/token/mint-token.ts";
import { defineOperation, type Operation } from "../../operation.ts";
import { idOf } from "../../presenters/id.ts";
import { InstantInput } from "../../presenters/time.ts";
import { PersonalAccessToken, presentToken } from "../../presenters/token.ts";

const MintBody = z.strictObject({
  name: z.string().openapi({ example: "MacBook CLI" }),
  expiresAt: InstantInput.nullish(),
  expiresInDays: z.int().nullish(),
  permissions: z
    .array(z.string())
    .max(500)
    .nullish()
    .openapi({ description: "Omitted: the whole role. Empty: an error." }),
  organizationId: idOf("organization")
    .optional()
    .openapi({ description: "Omitted: the session's active organization." }),
});

const MintedToken = z
  .object({
    token: PersonalAccessToken,
    secret: z.string().openapi({ description: "Shown this once; only its hash is stored." }),
  })
  .openapi("MintedToken");

export const mintToken: Operation = defineOperation({
  operationId: "mintToken",
  method: "post",
  path: "/api/personal-access-tokens",
  tag: "Personal access tokens",
  summary: "Mint a token",
  description:
    "Mints a token pinned to the caller's membership in one organization. The secret is in this answer and nowhere else.",
  credentials: ["session"],
  permission: "tokens:create",
  body: MintBody,
  status: 201,
  answer: MintedToken,
  refusals: [
    "name_invalid",
    "expiry_invalid",
    "expiry_required",
    "permissions_empty",
    "permission_unknown",
    "permission_exceeds_role",
    "personal_organization_denied",
    "policy_mint",
    "policy_lifetime",
    "reauthentication_required",
    "not_found",
    "rate_limited",
  ],
  handle: async ({ deps, actor, body }) => {
    const { token, secret } = await mint(deps, actor, body);
    return { body: { token: presentToken(deps, token), secret: secret.expose() } };
  },
});
