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
import { flag, idOf, pageOf, pageQuery, parsePage, presentPage } from "../../../wire/fields.ts";
import { Member, presentMember } from "../../../wire/member.ts";
import { defineOperation, type Operation } from "../../operation.ts";
import { OrganizationPath } from "../organization.ts";

const listInstanceOrganizationsOperation = defineOperation({
  operationId: "listInstanceOrganizations",
  method: "get",
  path: "/api/admin/organizations",
  tag: "Instance administration",
  summary: "List the organizations of the instance",
  description: "Newest first, from outside: names and counts, nothing of what is inside.",
  credentials: ["instance-admin"],
  query: z.strictObject({
    ...pageQuery,
    query: z.string().max(QUERY_MAX_LENGTH).optional().openapi({ description: "A part of the name, or the whole id." }),
    state: z.enum(["active", "deleted", "all"]).default("active"),
    personal: flag("Personal organizations alone, or only the others.").optional(),
    withoutOwner: flag("Only those that nobody can administer: no active owner is left.").optional(),
  }),
  status: 200,
  answer: pageOf(AdminOrganization),
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
  summary: "Read an organization from outside",
  description: "Also a deleted one: what it is, how many are in it, and who owns it.",
  credentials: ["instance-admin"],
  params: OrganizationPath,
  status: 200,
  answer: AdminOrganizationDetail,
  refusals: ["not_found"],
  handle: async ({ deps, params }) => ({
    body: presentAdminOrganizationDetail(await getInstanceOrganization(deps, params.id)),
  }),
});

const Appointment = z
  .strictObject({
    userId: idOf("user").optional().openapi({ description: "Anybody with an account." }),
    membershipId: idOf("membership").optional().openapi({ description: "Or a present member." }),
  })
  .refine(({ userId, membershipId }) => (userId === undefined) !== (membershipId === undefined), {
    path: ["userId"],
    message: "Name one person: either by userId or by membershipId.",
  });

const appointOwnerOperation = defineOperation({
  operationId: "appointOwner",
  method: "post",
  path: "/api/admin/organizations/{id}/owners",
  tag: "Instance administration",
  summary: "Appoint an owner of an organization",
  description:
    "The way back for an organization without an active owner. Needs a password given within the last 15 minutes. Who is no member becomes one. It is in the organization's audit log, and its owners hear of it by mail.",
  credentials: ["instance-admin"],
  recentPassword: "always",
  params: OrganizationPath,
  body: Appointment,
  status: 200,
  answer: Member,
  refusals: ["not_found", "personal_organization", "person_suspended", "limit_reached"],
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
  description: "Newest first: accounts, services and every organization, deleted ones too.",
  credentials: ["instance-admin"],
  query: z.strictObject({
    ...pageQuery,
    ...auditQuery,
    organization: idOf("organization").optional().openapi({ description: "Only the events of this organization." }),
  }),
  status: 200,
  answer: pageOf(AuditEvent),
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
