import { z } from "@hono/zod-openapi";
import { dismissToken as dismiss } from "../../../service/token/dismiss-token.ts";
import { defineOperation, type Operation } from "../../operation.ts";
import { idOf } from "../../presenters/id.ts";
import { PersonalAccessToken, presentToken } from "../../presenters/token.ts";

export const dismissToken: Operation = defineOperation({
  operationId: "dismissToken",
  method: "post",
  path: "/api/personal-access-tokens/{id}/dismiss",
  tag: "Personal access tokens",
  summary: "Take an ended token out of the list",
  description: "Its tombstone stays, and so does everything the audit log says about it.",
  credentials: ["session"],
  params: z.strictObject({ id: idOf("token") }),
  status: 200,
  answer: PersonalAccessToken,
  refusals: ["credential_active", "not_found"],
  handle: async ({ deps, actor, params }) => ({ body: presentToken(deps, await dismiss(deps, actor, params.id)) }),
});
