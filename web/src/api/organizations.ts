// Organizations and their token policy.
import { queryOptions } from "@tanstack/react-query";
import { request, segment } from "./client.ts";
import type { OrganizationMembership, Receipt, TokenPolicy } from "./types.ts";

export function createOrganization(name: string): Promise<OrganizationMembership> {
  return request("POST", "/organizations", { body: { name } });
}

export function renameOrganization(id: string, name: string): Promise<OrganizationMembership> {
  return request("PATCH", `/organizations/${segment(id)}`, { body: { name } });
}

/** `name` is the organization's name as the person typed it. */
export function deleteOrganization(id: string, name: string): Promise<Receipt> {
  return request("DELETE", `/organizations/${segment(id)}`, { body: { name } });
}

export function policyQuery(organizationId: string) {
  return queryOptions({
    queryKey: ["organizations", organizationId, "policy"],
    queryFn: ({ signal }) =>
      request<TokenPolicy>("GET", `/organizations/${segment(organizationId)}/token-policy`, { signal }),
  });
}

export function replacePolicy(
  organizationId: string,
  policy: TokenPolicy,
): Promise<{ policy: TokenPolicy; receipt: Receipt }> {
  return request("PUT", `/organizations/${segment(organizationId)}/token-policy`, { body: policy });
}
