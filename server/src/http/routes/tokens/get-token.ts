import { getOwnToken } from "../../../service/token/find-token.ts";
import { defineOperation, type Operation } from "../../operation.ts";
import { PersonalAccessToken, presentToken } from "../../presenters/token.ts";
import { TokenPath } from "./token-path.ts";

export const getToken: Operation = defineOperation({
  operationId: "getToken",
  method: "get",
  path: "/api/personal-access-tokens/{id}",
  tag: "Personal access tokens",
  summary: "Get one of my tokens",
  credentials: ["session", "pat"],
  params: TokenPath,
  status: 200,
  answer: PersonalAccessToken,
  refusals: ["not_found", "personal_credential_required"],
  handle: async ({ deps, actor, params }) => ({
    body: presentToken(deps, await getOwnToken(deps.store.reads, actor, params.id)),
  }),
});
