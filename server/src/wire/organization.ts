// The JSON of an organization as one person or credential sees it.
import { z } from "@hono/zod-openapi";
import type { OrganizationAccess } from "../use-cases/organization.ts";
import { ExternalId, Instant, presentInstant } from "./schema.ts";

export const OrganizationMembership = z
  .object({
    id: z.string(),
    name: z.string(),
    personal: z.boolean().openapi({ description: "Whether it is someone's personal organization." }),
    membershipId: z.string().nullable().openapi({ description: "The caller's membership; `null` for an API key." }),
    role: z.string(),
    permissions: z.array(z.string()).openapi({
      description:
        "The caller's permissions now. For a token or key, the part of the role that its list and the policy allow.",
    }),
    state: z.enum(["active", "suspended"]),
    externalId: ExternalId,
    createdAt: Instant,
  })
  .openapi("OrganizationMembership");

export function presentOrganizationMembership(access: OrganizationAccess): z.infer<typeof OrganizationMembership> {
  const { organization } = access;
  return {
    id: organization.id,
    name: organization.name,
    personal: organization.personalOf !== null,
    membershipId: access.membershipId,
    role: access.role,
    permissions: [...access.permissions],
    state: access.state,
    externalId: organization.externalId,
    createdAt: presentInstant(organization.createdAt),
  };
}
