import { z } from "@hono/zod-openapi";
import { findOffboarding } from "../../../service/offboarding/find-offboarding.ts";
import { defineOperation, type Operation } from "../../operation.ts";
import { idOf } from "../../presenters/id.ts";
import { Offboarding, presentOffboarding } from "../../presenters/offboarding.ts";

export const getOffboardingReceipt: Operation = defineOperation({
  operationId: "getOffboardingReceipt",
  method: "get",
  path: "/api/organizations/{id}/offboarding-receipts/{auditEventId}",
  tag: "Members",
  summary: "Fetch the receipt of a removal, leaving or suspension again",
  description:
    "Made from the audit log, by the event of the membership: `member.removed`, `member.left` or `member.suspended`. Needs `audit:read` or `members:write`.",
  credentials: ["session", "pat", "api-key"],
  params: z.strictObject({ id: idOf("organization"), auditEventId: idOf("auditEvent") }),
  status: 200,
  answer: Offboarding,
  refusals: ["permission_denied", "not_found"],
  handle: async ({ deps, actor, params }) => {
    const input = { organizationId: params.id, eventId: params.auditEventId };
    return { body: presentOffboarding(await findOffboarding(deps, actor, input)) };
  },
});
