import { z } from "@hono/zod-openapi";
import { AUDIT_ACTIONS } from "@mintmark/core";
import { listAuditEvents as list } from "../../../service/audit/list-audit-events.ts";
import type { AuditFilter } from "../../../store/store.ts";
import { defineOperation, type Operation } from "../../operation.ts";
import { AuditEvent, presentAuditEvent } from "../../presenters/audit-event.ts";
import { pageOf, pageQuery, parsePage, presentPage } from "../../presenters/page.ts";
import { InstantInput } from "../../presenters/time.ts";
import { OrganizationPath } from "../organizations/organization-path.ts";

const AuditQuery = z.strictObject({
  ...pageQuery,
  actor: z.string().max(200).optional().openapi({ description: "The id of who did it." }),
  action: z.enum(AUDIT_ACTIONS).optional(),
  credential: z.string().max(200).optional().openapi({
    description: "The id of a token or key: events through it or about it.",
  }),
  from: InstantInput.optional().openapi({ description: "Inclusive." }),
  to: InstantInput.optional().openapi({ description: "Exclusive." }),
});

export const listAuditEvents: Operation = defineOperation({
  operationId: "listAuditEvents",
  method: "get",
  path: "/api/organizations/{id}/audit-events",
  tag: "Audit log",
  summary: "Read the organization's audit log",
  description: "Newest first. Every change is in it, written in the same transaction as the change.",
  credentials: ["session", "pat", "api-key"],
  permission: "audit:read",
  params: OrganizationPath,
  query: AuditQuery,
  status: 200,
  answer: pageOf(AuditEvent),
  refusals: ["cursor_invalid", "permission_denied", "not_found"],
  handle: async ({ deps, actor, params, query }) => ({
    body: presentPage(await list(deps, actor, params.id, filterOf(query), parsePage(query)), presentAuditEvent),
  }),
});

function filterOf({ actor, action, credential, from, to }: z.infer<typeof AuditQuery>): AuditFilter {
  return {
    ...(actor === undefined ? {} : { actorId: actor }),
    ...(action === undefined ? {} : { action }),
    ...(credential === undefined ? {} : { credentialId: credential }),
    ...(from === undefined ? {} : { from }),
    ...(to === undefined ? {} : { to }),
  };
}
