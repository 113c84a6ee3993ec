// The JSON of users, organizations and services as an instance admin sees them, and of the instance itself.
// Rule: only these functions turn such a record into JSON. An organization shows names and counts, never its contents.
import { z } from "@hono/zod-openapi";
import type { MemberRecord, OrganizationSummary, ServiceRecord, UserRecord } from "../store/store.ts";
import type { OrganizationOverview } from "../use-cases/admin/organization.ts";
import type { InstanceView } from "../use-cases/admin/set-up.ts";
import type { RevokedTokens as RevokedTokensValue } from "../use-cases/admin/token.ts";
import type { UserChange as UserChangeValue, UserOverview } from "../use-cases/admin/user.ts";
import {
  idOf,
  Instant,
  presentInstant,
  presentInstantOrNull,
  presentReceipt,
  presentRevocation,
  Receipt,
  RevocationReceipt,
} from "./schema.ts";

export const AdminUser = z
  .object({
    id: z.string(),
    name: z.string(),
    email: z.string(),
    emailVerified: z.boolean(),
    instanceAdmin: z.boolean(),
    createdAt: Instant,
    suspendedAt: Instant.nullable(),
  })
  .openapi("AdminUser");

export const AdminUserDetail = AdminUser.extend({
  memberships: z
    .array(
      z.object({
        id: z.string().openapi({ description: "The membership." }),
        organization: z.object({ id: z.string(), name: z.string(), personal: z.boolean() }),
        role: z.string(),
        state: z.enum(["active", "suspended"]).openapi({ description: "In this organization." }),
        joinedAt: Instant,
        tokenCount: z.int().openapi({ description: "Their tokens there that are neither revoked nor expired." }),
      }),
    )
    .openapi({ description: "The first 200: the personal organization first, then by name." }),
  membershipCount: z.int().openapi({ description: "How many memberships the user has." }),
  tokenCount: z
    .int()
    .openapi({ description: "Their tokens in all organizations that are neither revoked nor expired." }),
  sessionCount: z.int().openapi({ description: "Browsers that are signed in." }),
}).openapi("AdminUserDetail");

export function presentAdminUser(user: UserRecord): z.infer<typeof AdminUser> {
  return {
    id: user.id,
    name: user.name,
    email: user.email,
    emailVerified: user.emailVerifiedAt !== null,
    instanceAdmin: user.instanceAdminAt !== null,
    createdAt: presentInstant(user.createdAt),
    suspendedAt: presentInstantOrNull(user.suspendedAt),
  };
}

export function presentAdminUserDetail(overview: UserOverview): z.infer<typeof AdminUserDetail> {
  const { user, memberships, membershipCount, tokenCount, sessionCount } = overview;
  return {
    ...presentAdminUser(user),
    memberships: memberships.map(({ organization, membership, tokenCount: tokens }) => ({
      id: membership.id,
      organization: { id: organization.id, name: organization.name, personal: organization.personalOf !== null },
      role: membership.role,
      state: membership.suspendedAt === null ? ("active" as const) : ("suspended" as const),
      joinedAt: presentInstant(membership.joinedAt),
      tokenCount: tokens,
    })),
    membershipCount,
    tokenCount,
    sessionCount,
  };
}

/** The path of one account. */
export const UserPath = z.strictObject({ id: idOf("user") });

export const UserChange = z.object({ user: AdminUser, receipt: Receipt }).openapi("UserChange");

export function presentUserChange({ user, receipt }: UserChangeValue): z.infer<typeof UserChange> {
  return { user: presentAdminUser(user), receipt: presentReceipt(receipt) };
}

/** The result of revoking several tokens as an instance admin. */
export const RevokedTokens = z
  .object({
    receipt: RevocationReceipt,
    revokedTokens: z.int(),
    auditEventIds: z.array(z.string()).openapi({
      description:
        "One event for each token, in its organization's log. Revoking all tokens of a person adds one event for the whole.",
    }),
  })
  .openapi("RevokedTokens");

export function presentRevokedTokens(revoked: RevokedTokensValue): z.infer<typeof RevokedTokens> {
  return {
    receipt: presentRevocation(revoked.receipt),
    revokedTokens: revoked.revokedTokens,
    auditEventIds: [...revoked.auditEventIds],
  };
}

export const AdminOrganization = z
  .object({
    id: z.string(),
    name: z.string(),
    personal: z.boolean().openapi({ description: "Whether it is someone's personal organization." }),
    createdAt: Instant,
    deletedAt: Instant.nullable(),
    memberCount: z.int().openapi({ description: "Present members, suspended ones included." }),
    activeOwnerCount: z
      .int()
      .openapi({ description: "0: nobody can administer it until an instance admin appoints an owner." }),
    tokenCount: z.int().openapi({ description: "Tokens that are neither revoked nor expired." }),
    apiKeyCount: z.int().openapi({ description: "API keys that are neither revoked nor expired." }),
  })
  .openapi("AdminOrganization");

export const AdminOrganizationDetail = AdminOrganization.extend({
  owners: z.array(
    z.object({
      membershipId: z.string(),
      user: z.object({ id: z.string(), name: z.string(), email: z.string() }),
      state: z
        .enum(["active", "suspended"])
        .openapi({ description: "Suspended in this organization, or their whole account." }),
      joinedAt: Instant,
    }),
  ),
}).openapi("AdminOrganizationDetail");

export function presentAdminOrganization(summary: OrganizationSummary): z.infer<typeof AdminOrganization> {
  const { organization, memberCount, activeOwnerCount, tokenCount, apiKeyCount } = summary;
  return {
    id: organization.id,
    name: organization.name,
    personal: organization.personalOf !== null,
    createdAt: presentInstant(organization.createdAt),
    deletedAt: presentInstantOrNull(organization.deletedAt),
    memberCount,
    activeOwnerCount,
    tokenCount,
    apiKeyCount,
  };
}

export function presentAdminOrganizationDetail(
  overview: OrganizationOverview,
): z.infer<typeof AdminOrganizationDetail> {
  return { ...presentAdminOrganization(overview), owners: overview.owners.map(presentOwner) };
}

function presentOwner(owner: MemberRecord): z.infer<typeof AdminOrganizationDetail>["owners"][number] {
  const { id, user, joinedAt, suspendedAt } = owner;
  return {
    membershipId: id,
    user: { id: user.id, name: user.name, email: user.email },
    state: suspendedAt === null && user.suspendedAt === null ? "active" : "suspended",
    joinedAt: presentInstant(joinedAt),
  };
}

export const Service = z
  .object({
    id: z.string(),
    name: z.string(),
    prefix: z.string().openapi({ description: "The first 10 characters of its key. A hint, not a key." }),
    createdAt: Instant,
    createdBy: z.object({ id: z.string(), name: z.string() }),
    revokedAt: Instant.nullable(),
    lastUsedAt: Instant.nullable().openapi({ description: "When it last verified a credential, to the minute." }),
  })
  .openapi("Service");

export function presentService(service: ServiceRecord): z.infer<typeof Service> {
  return {
    id: service.id,
    name: service.name,
    prefix: service.prefix,
    createdAt: presentInstant(service.createdAt),
    createdBy: service.createdBy,
    revokedAt: presentInstantOrNull(service.revokedAt),
    lastUsedAt: presentInstantOrNull(service.lastUsedAt),
  };
}

export const Instance = z
  .object({
    setUp: z.boolean().openapi({ description: "Whether the first account exists." }),
    signUp: z.enum(["invite", "open"]),
    brand: z.string().openapi({ description: "The prefix of secrets.", example: "mm" }),
    personalTokens: z
      .enum(["allow", "deny"])
      .openapi({ description: "Whether tokens of personal organizations can be minted and used." }),
    baseUrl: z.string(),
    mail: z
      .boolean()
      .openapi({ description: "Whether the instance sends email, so that people can reset their password." }),
    permissions: z.array(z.object({ name: z.string(), access: z.enum(["read", "write"]), description: z.string() })),
    roles: z.array(z.object({ name: z.string(), description: z.string(), permissions: z.array(z.string()) })),
  })
  .openapi("Instance");

export function presentInstance({ setUp, settings, mail, catalogue }: InstanceView): z.infer<typeof Instance> {
  return {
    setUp,
    signUp: settings.signUp,
    brand: settings.brand,
    personalTokens: settings.allowPersonalTokens ? "allow" : "deny",
    baseUrl: settings.baseUrl,
    mail,
    permissions: [...catalogue.permissions.values()].map(({ name, access, description }) => ({
      name,
      access,
      description,
    })),
    roles: [...catalogue.roles.values()].map(({ name, description, permissions }) => ({
      name,
      description,
      permissions: [...permissions],
    })),
  };
}
