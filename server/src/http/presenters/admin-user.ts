// The one place where a user, as an instance admin sees them, becomes JSON.
import { z } from "@hono/zod-openapi";
import type { UserOverview } from "../../service/admin/get-user.ts";
import type { UserRecord } from "../../store/store.ts";
import { Instant, presentInstant, presentInstantOrNull } from "./time.ts";

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
  tokenCount: z.int().openapi({ description: "The same over all organizations." }),
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
