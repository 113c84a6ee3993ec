// The one place where an organization, as an instance admin sees it from outside, becomes JSON.
import { z } from "@hono/zod-openapi";
import type { OrganizationOverview } from "../../service/admin/get-instance-organization.ts";
import type { MemberRecord, OrganizationSummary } from "../../store/store.ts";
import { Instant, presentInstant, presentInstantOrNull } from "./time.ts";

export const AdminOrganization = z
  .object({
    id: z.string(),
    name: z.string(),
    personal: z.boolean().openapi({ description: "Whether it is someone's personal organization." }),
    createdAt: Instant,
    deletedAt: Instant.nullable(),
    memberCount: z.int().openapi({ description: "Present members, suspended ones included." }),
    activeOwnerCount: z.int().openapi({ description: "0: nobody can administer it until an owner is appointed." }),
    tokenCount: z.int().openapi({ description: "Tokens that are neither revoked nor expired." }),
    apiKeyCount: z.int().openapi({ description: "API keys that are neither revoked nor expired." }),
  })
  .openapi("AdminOrganization");

export const AdminOrganizationDetail = AdminOrganization.extend({
  owners: z.array(
    z.object({
      membershipId: z.string(),
      user: z.object({ id: z.string(), name: z.string(), email: z.string() }),
      state: z.enum(["active", "suspended"]).openapi({ description: "Suspended: here, or their whole account." }),
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
