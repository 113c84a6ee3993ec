// Organizations and their token policy.
import { queryOptions } from "@tanstack/react-query";
import { answerOf, api, done } from "./client.ts";
import type { OrganizationMembership, TokenPolicy } from "./types.ts";

export function createOrganization(name: string): Promise<OrganizationMembership> {
  return answerOf(api.POST("/api/organizations", { body: { name } }));
}

export function renameOrganization(id: string, name: string): Promise<void> {
  return done(api.PATCH("/api/organizations/{id}", { params: { path: { id } }, body: { name } }));
}

/** `name` is the organization's name as the person typed it. */
export function deleteOrganization(id: string, name: string): Promise<void> {
  return done(api.DELETE("/api/organizations/{id}", { params: { path: { id } }, body: { name } }));
}

export function policyQuery(organizationId: string) {
  return queryOptions({
    queryKey: ["organizations", organizationId, "policy"],
    queryFn: ({ signal }) =>
      answerOf(api.GET("/api/organizations/{id}/token-policy", { params: { path: { id: organizationId } }, signal })),
  });
}

export async function replacePolicy(organizationId: string, policy: TokenPolicy): Promise<TokenPolicy> {
  const call = api.PUT("/api/organizations/{id}/token-policy", {
    params: { path: { id: organizationId } },
    body: policy,
  });
  return (await answerOf(call)).policy;
}
