// The JSON of users, organizations, services and management keys as an instance admin sees them, and of the instance itself.
// Rule: only these functions turn such a record into JSON. An organization shows names and counts, never its contents.
import { z } from "@hono/zod-openapi";
import { MANAGEMENT_KEY_ENDS, MANAGEMENT_SCOPES } from "@mintmark/core";
import type {
  ManagementKeyRecord,
  MemberRecord,
  OrganizationSummary,
  ServiceKeyRecord,
  ServiceRecord,
  UserRecord,
} from "../store/store.ts";
import type { OrganizationOverview } from "../use-cases/admin/organization.ts";
import type { InstanceView } from "../use-cases/admin/set-up.ts";
import type { RevokedTokens as RevokedTokensValue } from "../use-cases/admin/token.ts";
import { VERSION } from "../version.ts";
import type { UserChange as UserChangeValue, UserOverview } from "../use-cases/admin/user.ts";
import {
  ActorReference,
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
        unrevokedTokenCount: z.int().openapi({
          description: "With the expired ones: how many tokens there `revoke-tokens` revokes.",
        }),
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
    memberships: memberships.map(({ organization, membership, tokens }) => ({
      id: membership.id,
      organization: { id: organization.id, name: organization.name, personal: organization.personalOf !== null },
      role: membership.role,
      state: membership.suspendedAt === null ? ("active" as const) : ("suspended" as const),
      joinedAt: presentInstant(membership.joinedAt),
      tokenCount: tokens.live,
      unrevokedTokenCount: tokens.unrevoked,
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

export const ServiceKey = z
  .object({
    id: z.string(),
    prefix: z.string().openapi({ description: "The first 10 characters of the key. A hint, not a key." }),
    createdAt: Instant,
    expiresAt: Instant.nullable(),
    lastUsedAt: Instant.nullable().openapi({ description: "To the minute." }),
  })
  .openapi("ServiceKey");

export const Service = z
  .object({
    id: z.string(),
    name: z.string(),
    createdAt: Instant,
    createdBy: z.object({ id: z.string(), name: z.string() }),
    revokedAt: Instant.nullable(),
    keys: z.array(ServiceKey).openapi({ description: "Its keys that were not revoked, newest first: two at most." }),
    lastUsedAt: Instant.nullable().openapi({ description: "When it last verified a credential, to the minute." }),
  })
  .openapi("Service");

export function presentServiceKey(key: ServiceKeyRecord): z.infer<typeof ServiceKey> {
  return {
    id: key.id,
    prefix: key.prefix,
    createdAt: presentInstant(key.createdAt),
    expiresAt: presentInstantOrNull(key.expiresAt),
    lastUsedAt: presentInstantOrNull(key.lastUsedAt),
  };
}

export function presentService(service: ServiceRecord): z.infer<typeof Service> {
  return {
    id: service.id,
    name: service.name,
    createdAt: presentInstant(service.createdAt),
    createdBy: service.createdBy,
    revokedAt: presentInstantOrNull(service.revokedAt),
    keys: service.keys.map(presentServiceKey),
    lastUsedAt: presentInstantOrNull(service.lastUsedAt),
  };
}

export const ManagementKey = z
  .object({
    id: z.string(),
    name: z.string(),
    prefix: z.string().openapi({ description: "The first 10 characters of the key. A hint, not a key." }),
    source: z.string().openapi({ description: "The namespace of the key's external ids.", example: "host" }),
    scopes: z.array(z.enum(MANAGEMENT_SCOPES)),
    networks: z.array(z.string()).openapi({ description: "The key is refused from elsewhere. Empty: any network." }),
    declared: z.boolean().openapi({ description: "Whether the configuration declares the key." }),
    createdAt: Instant,
    createdBy: ActorReference,
    expiresAt: Instant.nullable(),
    revokedAt: Instant.nullable(),
    revokedReason: z
      .enum(MANAGEMENT_KEY_ENDS)
      .nullable()
      .openapi({ description: "`undeclared`: the configuration declared the key and no longer does." }),
    lastUsedAt: Instant.nullable().openapi({ description: "To the minute." }),
    lastUsedIp: z.string().nullable(),
  })
  .openapi("ManagementKey");

export function presentManagementKey(key: ManagementKeyRecord): z.infer<typeof ManagementKey> {
  return {
    id: key.id,
    name: key.name,
    prefix: key.prefix,
    source: key.source,
    scopes: [...key.scopes],
    networks: [...key.networks],
    declared: key.isDeclared,
    createdAt: presentInstant(key.createdAt),
    createdBy: key.createdBy,
    expiresAt: presentInstantOrNull(key.expiresAt),
    revokedAt: presentInstantOrNull(key.revokedAt),
    revokedReason: key.revokedReason,
    lastUsedAt: presentInstantOrNull(key.lastUsedAt),
    lastUsedIp: key.lastUsedIp,
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
    directory: z.enum(["internal", "external"]).openapi({
      description: "Who manages people and organizations: this instance, or the host product.",
    }),
    host: z
      .object({ name: z.string(), url: z.string() })
      .nullable()
      .openapi({ description: "The host product that this instance belongs to." }),
    hostSignInUrl: z.string().nullable().openapi({
      description:
        "The host's page to sign in. Add `return_to`, a page of this instance; the host responds with a hand-off.",
    }),
    baseUrl: z.string(),
    version: z.string().openapi({ description: "The version of Mintmark.", example: "1.4.0" }),
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
    directory: settings.directory,
    host: settings.host,
    hostSignInUrl: settings.hostSignInUrl,
    baseUrl: settings.baseUrl,
    version: VERSION,
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
