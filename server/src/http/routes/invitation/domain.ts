// Joining by domain: an organization opens itself to the verified addresses of a domain, and their owners join.
import { z } from "@hono/zod-openapi";
import {
  clearDomainJoining,
  getDomainJoining,
  joinByDomain,
  listJoinableOrganizations,
  setDomainJoining,
} from "../../../use-cases/invitation/domain.ts";
import { describeSession } from "../../../use-cases/session/session.ts";
import { pageOf, pageQuery, parsePage, presentPage } from "../../../wire/schema.ts";
import {
  DomainJoining,
  JoinableOrganization,
  presentDomainJoining,
  presentJoinable,
} from "../../../wire/invitation.ts";
import { presentSession, Session } from "../../../wire/session.ts";
import { defineOperation, type Operation } from "../../operation.ts";
import { OrganizationPath } from "../organization.ts";

const listJoinableOrganizationsOperation = defineOperation({
  operationId: "listJoinableOrganizations",
  method: "get",
  path: "/api/account/joinable-organizations",
  tag: "Organizations",
  summary: "List the organizations I may join",
  description:
    "Organizations that are open to the domain of the caller's verified address, except those that they are in or were removed from.",
  credentials: ["session"],
  query: z.strictObject(pageQuery),
  status: 200,
  response: pageOf(JoinableOrganization),
  refusals: ["directory_external", "cursor_invalid"],
  handle: async ({ deps, actor, query }) => ({
    body: presentPage(await listJoinableOrganizations(deps, actor, parsePage(query)), presentJoinable),
  }),
});

const joinOrganizationOperation = defineOperation({
  operationId: "joinOrganization",
  method: "post",
  path: "/api/organizations/{id}/join",
  tag: "Organizations",
  summary: "Join an organization of my domain",
  description: "It must be open to the domain of the caller's verified address. The session then switches to it.",
  credentials: ["session"],
  params: OrganizationPath,
  status: 200,
  response: Session,
  refusals: ["directory_external", "already_member", "limit_reached", "not_found"],
  handle: async ({ deps, actor, params }) => ({
    body: presentSession(await describeSession(deps, await joinByDomain(deps, actor, params.id))),
  }),
});

const getDomainJoiningOperation = defineOperation({
  operationId: "getDomainJoining",
  method: "get",
  path: "/api/organizations/{id}/domain-joining",
  tag: "Organizations",
  summary: "Show which domain may join",
  description: "Returns the domain whose people may join, and the role that they get.",
  credentials: ["session", "pat", "api-key"],
  permission: "organization:read",
  params: OrganizationPath,
  status: 200,
  response: z.object({ joining: DomainJoining.nullable().openapi({ description: "`null` while it is off." }) }),
  refusals: ["permission_denied", "not_found"],
  handle: async ({ deps, actor, params }) => {
    const joining = await getDomainJoining(deps, actor, params.id);
    return { body: { joining: joining === null ? null : presentDomainJoining(joining) } };
  },
});

const setDomainJoiningOperation = defineOperation({
  operationId: "setDomainJoining",
  method: "put",
  path: "/api/organizations/{id}/domain-joining",
  tag: "Organizations",
  summary: "Allow people of my domain to join",
  description:
    "Anyone with a verified address in the domain can then join. The caller needs a verified address in that domain, and can offer only a role whose permissions they have, never owner. If the caller loses the right to do this (demoted, suspended or removed), nobody can join until somebody opens the organization again.",
  credentials: ["session"],
  recentPassword: "powerful-role",
  permission: "organization:write",
  params: OrganizationPath,
  body: z.strictObject({
    domain: z.string().max(1000).openapi({ example: "example.com" }),
    role: z.string().max(100).openapi({ example: "member" }),
  }),
  status: 200,
  response: DomainJoining,
  refusals: [
    "directory_external",
    "domain_invalid",
    "domain_public",
    "domain_unproved",
    "role_unknown",
    "role_exceeds_caller",
    "personal_organization",
    "permission_denied",
    "not_found",
  ],
  handle: async ({ deps, actor, params, body }) => ({
    body: presentDomainJoining({
      joining: await setDomainJoining(deps, actor, { organizationId: params.id, ...body }),
      isOpen: true,
    }),
  }),
});

const clearDomainJoiningOperation = defineOperation({
  operationId: "clearDomainJoining",
  method: "delete",
  path: "/api/organizations/{id}/domain-joining",
  tag: "Organizations",
  summary: "Turn off joining by domain",
  description: "People who have joined stay members. A repeated request changes nothing.",
  credentials: ["session"],
  permission: "organization:write",
  params: OrganizationPath,
  status: 204,
  refusals: ["permission_denied", "not_found"],
  handle: async ({ deps, actor, params }) => {
    await clearDomainJoining(deps, actor, params.id);
    return { body: undefined };
  },
});

export const joiningOperations: readonly Operation[] = [
  listJoinableOrganizationsOperation,
  joinOrganizationOperation,
  getDomainJoiningOperation,
  setDomainJoiningOperation,
  clearDomainJoiningOperation,
];
