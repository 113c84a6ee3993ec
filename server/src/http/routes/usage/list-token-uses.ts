import { listOwnTokenUses } from "../../../service/usage/own-token-usage.ts";
import { defineOperation, type Operation } from "../../operation.ts";
import { presentUses, UsesAnswer, UsesQuery } from "../../presenters/usage.ts";

export const listTokenUses: Operation = defineOperation({
  operationId: "listTokenUses",
  method: "get",
  path: "/api/personal-access-tokens/usage",
  tag: "Personal access tokens",
  summary: "Uses of my tokens, day by day",
  description: "For a list with a small picture in each row. Ids that are none of the caller's tokens are left out.",
  credentials: ["session", "pat"],
  query: UsesQuery,
  status: 200,
  answer: UsesAnswer,
  refusals: ["personal_credential_required"],
  handle: async ({ deps, actor, query }) => ({ body: presentUses(await listOwnTokenUses(deps, actor, query)) }),
});
