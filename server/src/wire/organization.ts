// The one place where an organization, as one person or credential sees it, becomes JSON.
import { z } from "@hono/zod-openapi";
import type { Standing } from "../use-cases/organization.ts";
import { Instant, presentInstant } from "./fields.ts";

export const OrganizationMembership = z
  .object({
    id: z.string(),
    name: z.string(),
    personal: z.boolean().openapi({ description: "Whether it is someone's personal organization." }),
    membershipId: z.string().nullable().openapi({ description: "The caller's membership; `null` for an API key." }),
    role: z.string(),
    permissions: z.array(z.string()).openapi({
      description: "What the caller's role holds now; for a token or key, what its list and the policy leave of it.",
    }),
    state: z.enum(["active", "suspended"]),
    createdAt: Instant,
  })
  .openapi("OrganizationMembership");

export function presentOrganizationMembership(standing: Standing): z.infer<typeof OrganizationMembership> {
  const { organization } = standing;
  return {
    id: organization.id,
    name: organization.name,
    personal: organization.personalOf !== null,
    membershipId: standing.membershipId,
    role: standing.role,
    permissions: [...standing.permissions],
    state: standing.state,
    createdAt: presentInstant(organization.createdAt),
  };
}
