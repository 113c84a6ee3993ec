import { z } from "@hono/zod-openapi";
import { describeSession } from "../../../service/session/describe-session.ts";
import { switchOrganization as switchTo } from "../../../service/session/switch-organization.ts";
import { defineOperation, type Operation } from "../../operation.ts";
import { idOf } from "../../presenters/id.ts";
import { presentSession, Session } from "../../presenters/session.ts";

export const switchOrganization: Operation = defineOperation({
  operationId: "switchOrganization",
  method: "put",
  path: "/api/session/organization",
  tag: "Session",
  summary: "Switch the active organization",
  description: "Of this session only. The caller must be a member of it who is not suspended.",
  credentials: ["session"],
  body: z.strictObject({ organizationId: idOf("organization") }),
  status: 200,
  answer: Session,
  refusals: ["not_found", "member_suspended"],
  handle: async ({ deps, actor, body }) => ({
    body: presentSession(await describeSession(deps, await switchTo(deps, actor, body.organizationId))),
  }),
});
