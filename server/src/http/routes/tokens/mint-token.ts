import { z } from "@hono/zod-openapi";
import { mintToken as mint } from "../../../service/token/mint-token.ts";
import { defineOperation, type Operation } from "../../operation.ts";
import { idOf } from "../../presenters/id.ts";
import { PersonalAccessToken, presentToken } from "../../presenters/token.ts";
import { ExpiryChoice, MINT_REFUSALS, PermissionsChoice } from "./mint-choice.ts";

const MintBody = z.strictObject({
  name: z.string().openapi({ example: "MacBook CLI" }),
  ...ExpiryChoice,
  ...PermissionsChoice,
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
  recentPassword: "long-lifetime",
  permission: "tokens:create",
  body: MintBody,
  status: 201,
  answer: MintedToken,
  refusals: MINT_REFUSALS,
  handle: async ({ deps, actor, body }) => {
    const { token, secret } = await mint(deps, actor, body);
    return { body: { token: presentToken(deps, token), secret: secret.expose() } };
  },
});
