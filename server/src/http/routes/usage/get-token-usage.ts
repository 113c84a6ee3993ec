import { z } from "@hono/zod-openapi";
import { getOwnTokenUsage } from "../../../service/usage/own-token-usage.ts";
import { defineOperation, type Operation } from "../../operation.ts";
import { CredentialUsageAnswer, presentUsage, spanQuery } from "../../presenters/usage.ts";
import { TokenPath } from "../tokens/token-path.ts";

export const getTokenUsage: Operation = defineOperation({
  operationId: "getTokenUsage",
  method: "get",
  path: "/api/personal-access-tokens/{id}/usage",
  tag: "Personal access tokens",
  summary: "How one of my tokens was used",
  description: "By day, by address and by route. Written half a minute late; days and addresses are kept for 400 days.",
  credentials: ["session", "pat"],
  params: TokenPath,
  query: z.strictObject(spanQuery),
  status: 200,
  answer: CredentialUsageAnswer,
  refusals: ["not_found", "personal_credential_required"],
  handle: async ({ deps, actor, params, query }) => ({
    body: presentUsage(await getOwnTokenUsage(deps, actor, { id: params.id, days: query.days })),
  }),
});
