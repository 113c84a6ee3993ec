import { z } from "@hono/zod-openapi";
import { previewOffboarding as preview } from "../../../service/offboarding/preview-offboarding.ts";
import { defineOperation, type Operation } from "../../operation.ts";
import { OffboardingPreview, presentOffboardingPreview } from "../../presenters/offboarding.ts";
import { MemberPath, memberPathOf } from "./member-path.ts";

export const previewOffboarding: Operation = defineOperation({
  operationId: "previewOffboarding",
  method: "get",
  path: "/api/organizations/{id}/members/{membershipId}/offboarding",
  tag: "Members",
  summary: "Preview what removing or suspending a member ends",
  description:
    "As things stand now: tokens that die or rest, API keys that go on working, invitations that are withdrawn, sessions that move, and whether it would be refused. A session may also preview its own leaving, without the permission.",
  credentials: ["session", "pat", "api-key"],
  permission: "members:write",
  params: MemberPath,
  query: z.strictObject({ mode: z.enum(["remove", "suspend"]).default("remove") }),
  status: 200,
  answer: OffboardingPreview,
  refusals: ["permission_denied", "personal_organization", "not_found"],
  handle: async ({ deps, actor, params, query }) => ({
    body: presentOffboardingPreview(deps, await preview(deps, actor, { ...memberPathOf(params), ...query })),
  }),
});
