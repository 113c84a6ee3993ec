// An organization's members.
import { queryOptions } from "@tanstack/react-query";
import { dataOf, api, collectPages, done } from "./client.ts";
import type { Offboarding } from "./types.ts";

export function membersQuery(organizationId: string) {
  const path = { id: organizationId };
  return queryOptions({
    queryKey: ["organizations", organizationId, "members"],
    queryFn: ({ signal }) =>
      collectPages((query) => dataOf(api.GET("/api/organizations/{id}/members", { params: { path, query }, signal }))),
  });
}

const SUGGESTIONS = 8;

/** The first members whose name or address contains the text. */
export function memberSearchQuery(organizationId: string, text: string) {
  const path = { id: organizationId };
  return queryOptions({
    queryKey: ["organizations", organizationId, "members", "search", text],
    queryFn: ({ signal }) => {
      const query = { limit: SUGGESTIONS, ...(text === "" ? {} : { query: text }) };
      return dataOf(api.GET("/api/organizations/{id}/members", { params: { path, query }, signal }));
    },
  });
}

export function changeRole(organizationId: string, membershipId: string, role: string): Promise<void> {
  const path = { id: organizationId, membershipId };
  return done(api.PATCH("/api/organizations/{id}/members/{membershipId}", { params: { path }, body: { role } }));
}

export function reinstateMember(organizationId: string, membershipId: string): Promise<void> {
  const path = { id: organizationId, membershipId };
  return done(api.POST("/api/organizations/{id}/members/{membershipId}/reinstate", { params: { path } }));
}

/** Ends your membership. `offboardMember` removes another member. */
export function leaveOrganization(organizationId: string, membershipId: string): Promise<void> {
  const path = { id: organizationId, membershipId };
  return done(api.DELETE("/api/organizations/{id}/members/{membershipId}", { params: { path }, body: {} }));
}

// Offboarding: the preview, the removal or suspension, and the receipt.

export type OffboardingMode = "remove" | "suspend";

export function offboardingPreviewQuery(organizationId: string, membershipId: string, mode: OffboardingMode) {
  const path = { id: organizationId, membershipId };
  return queryOptions({
    queryKey: ["organizations", organizationId, "members", membershipId, "offboarding", mode],
    queryFn: ({ signal }) =>
      dataOf(
        api.GET("/api/organizations/{id}/members/{membershipId}/offboarding", {
          params: { path, query: { mode } },
          signal,
        }),
      ),
  });
}

interface Offboarded {
  readonly organizationId: string;
  readonly membershipId: string;
  readonly revokeApiKeys: readonly string[];
}

/**
 * Removes or suspends the member and revokes the keys in one transaction. Returns `null` if there was nothing to do.
 */
export async function offboardMember(
  mode: OffboardingMode,
  { organizationId: id, membershipId, revokeApiKeys }: Offboarded,
): Promise<Offboarding | null> {
  const params = { path: { id, membershipId } };
  const body = { revokeApiKeys: [...revokeApiKeys] };
  if (mode === "remove") {
    const path = "/api/organizations/{id}/members/{membershipId}";
    return (await dataOf(api.DELETE(path, { params, body }))).offboarding;
  }
  const path = "/api/organizations/{id}/members/{membershipId}/suspend";
  return (await dataOf(api.POST(path, { params, body }))).receipt.offboarding;
}

/** A complete receipt never changes. */
export function offboardingReceiptQuery(organizationId: string, auditEventId: string) {
  const path = { id: organizationId, auditEventId };
  return queryOptions({
    queryKey: ["organizations", organizationId, "offboarding-receipts", auditEventId],
    queryFn: ({ signal }) =>
      dataOf(api.GET("/api/organizations/{id}/offboarding-receipts/{auditEventId}", { params: { path }, signal })),
    staleTime: Number.POSITIVE_INFINITY,
  });
}
