// What removing or suspending a member ends: foretold, done, and proved.
import { queryOptions } from "@tanstack/react-query";
import { answerOf, api } from "./client.ts";
import type { Offboarding } from "./types.ts";

export type OffboardingMode = "remove" | "suspend";

export function offboardingPreviewQuery(organizationId: string, membershipId: string, mode: OffboardingMode) {
  const path = { id: organizationId, membershipId };
  return queryOptions({
    queryKey: ["organizations", organizationId, "members", membershipId, "offboarding", mode],
    queryFn: ({ signal }) =>
      answerOf(
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

/** Removes the member and the keys in one transaction. The proof is `null` for what was done before. */
export async function offboardMember(
  mode: OffboardingMode,
  { organizationId: id, membershipId, revokeApiKeys }: Offboarded,
): Promise<Offboarding | null> {
  const params = { path: { id, membershipId } };
  const body = { revokeApiKeys: [...revokeApiKeys] };
  if (mode === "remove") {
    const path = "/api/organizations/{id}/members/{membershipId}";
    return (await answerOf(api.DELETE(path, { params, body }))).offboarding;
  }
  const path = "/api/organizations/{id}/members/{membershipId}/suspend";
  return (await answerOf(api.POST(path, { params, body }))).receipt.offboarding;
}

/** Once it is complete it never changes: what it proves has happened. */
export function offboardingReceiptQuery(organizationId: string, auditEventId: string) {
  const path = { id: organizationId, auditEventId };
  return queryOptions({
    queryKey: ["organizations", organizationId, "offboarding-receipts", auditEventId],
    queryFn: ({ signal }) =>
      answerOf(api.GET("/api/organizations/{id}/offboarding-receipts/{auditEventId}", { params: { path }, signal })),
    staleTime: Number.POSITIVE_INFINITY,
  });
}
