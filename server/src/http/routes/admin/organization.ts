// Organizations as instance admins see them from outside, the appointment of an owner, and the audit log of the
// instance. Deliberately absent: the contents of an organization, because an instance admin has no membership in it.
import { QUERY_MAX_LENGTH } from "@mintmark/core";
import { z } from "@hono/zod-openapi";
import {
  appointOwner,
  getInstanceOrganization,
  listInstanceEvents,
  listInstanceOrganizations,
} from "../../../use-cases/admin/organization.ts";
import {
  AdminOrganization,
  AdminOrganizationDetail,
  presentAdminOrganization,
  presentAdminOrganizationDetail,
} from "../../../wire/admin.ts";
import { AuditEvent, auditQuery, parseAuditFilter, presentAuditEvent } from "../../../wire/audit.ts";
import { flag, idOf, pageOf, pageQuery, parsePage, presentPage } from "../../../wire/schema.ts";
import { Member, presentMember } from "../../../wire/member.ts";
import { defineOperation, type Operation } from "../../operation.ts";
import { OrganizationPath } from "../organization.ts";

const listInstanceOrganizationsOperation = defineOperation({
  operationId: "listInstanceOrganizations",
  method: "get",
  path: "/api/admin/organizations",
  tag: "Instance administration",
  summary: "List the organizations of the instance",
  description: "Newest first. Returns names and counts, but no contents.",
  credentials: ["instance-admin"],
  query: z.strictObject({
    ...pageQuery,
    query: z
      .string()
      .max(QUERY_MAX_LENGTH)
      .optional()
      .openapi({ description: "Part of the name, or the complete id." }),
    state: z.enum(["active", "deleted", "all"]).default("active").openapi({ description: "Which organizations." }),
    personal: flag("`true`: only personal organizations. `false`: only others.").optional(),
    withoutOwner: flag("Only organizations without an active owner, which nobody can administer.").optional(),
  }),
  status: 200,
  response: pageOf(AdminOrganization),
  refusals: ["cursor_invalid"],
  handle: async ({ deps, query }) => {
    const filter = {
      query: query.query?.trim() || null,
      state: query.state,
      personal: query.personal ?? null,
      withoutOwner: query.withoutOwner ?? false,
    };
    return {
      body: presentPage(await listInstanceOrganizations(deps, filter, parsePage(query)), presentAdminOrganization),
    };
  },
});

const getInstanceOrganizationOperation = defineOperation({
  operationId: "getInstanceOrganization",
  method: "get",
  path: "/api/admin/organizations/{id}",
  tag: "Instance administration",
  summary: "Read an organization as an instance admin",
  description: "Returns its name, counts and owners, also for a deleted organization.",
  credentials: ["instance-admin"],
  params: OrganizationPath,
  status: 200,
  response: AdminOrganizationDetail,
  refusals: ["not_found"],
  handle: async ({ deps, params }) => ({
    body: presentAdminOrganizationDetail(await getInstanceOrganization(deps, params.id)),
  }),
});

const Appointment = z
  .strictObject({
    userId: idOf("user").optional().openapi({ description: "Any person with an account." }),
    membershipId: idOf("membership").optional().openapi({ description: "A current member." }),
  })
  .refine(({ userId, membershipId }) => (userId === undefined) !== (membershipId === undefined), {
    path: ["userId"],
    message: "Name one person, either by userId or by membershipId.",
  });

const appointOwnerOperation = defineOperation({
  operationId: "appointOwner",
  method: "post",
  path: "/api/admin/organizations/{id}/owners",
  tag: "Instance administration",
  summary: "Appoint an owner of an organization",
  description:
    "Restores an organization without an active owner. Needs a password given within the last 15 minutes. A person who is not a member becomes one. The organization's audit log records it, and its owners are notified by email.",
  credentials: ["instance-admin"],
  recentPassword: "always",
  params: OrganizationPath,
  body: Appointment,
  status: 200,
  response: Member,
  refusals: ["directory_external", "not_found", "personal_organization", "person_suspended", "limit_reached"],
  handle: async ({ deps, actor, params, body }) => ({
    body: presentMember(await appointOwner(deps, actor, { organizationId: params.id, ...body })),
  }),
});

const listInstanceEventsOperation = defineOperation({
  operationId: "listInstanceEvents",
  method: "get",
  path: "/api/admin/audit-events",
  tag: "Instance administration",
  summary: "Read the instance's audit log",
  description: "Newest first: events of accounts, services and all organizations, including deleted ones.",
  credentials: ["instance-admin"],
  query: z.strictObject({
    ...pageQuery,
    ...auditQuery,
    organization: idOf("organization").optional().openapi({ description: "Only the events of this organization." }),
  }),
  status: 200,
  response: pageOf(AuditEvent),
  refusals: ["cursor_invalid"],
  handle: async ({ deps, query }) => {
    const { organization } = query;
    const filter = {
      ...parseAuditFilter(query),
      ...(organization === undefined ? {} : { organizationId: organization }),
    };
    return { body: presentPage(await listInstanceEvents(deps, filter, parsePage(query)), presentAuditEvent) };
  },
});

export const adminOrganizationOperations: readonly Operation[] = [
  listInstanceOrganizationsOperation,
  getInstanceOrganizationOperation,
  appointOwnerOperation,
];

export const adminAuditOperations: readonly Operation[] = [listInstanceEventsOperation];
