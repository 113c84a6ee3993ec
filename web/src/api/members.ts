// An organization's members.
import { queryOptions } from "@tanstack/react-query";
import { request, segment } from "./client.ts";
import { collectPages, PAGE_SIZE } from "./page.ts";
import type { Member, Page, Receipt } from "./types.ts";

export interface MemberChange {
  readonly member: Member;
  readonly receipt: Receipt | null;
}

export function membersQuery(organizationId: string) {
  return queryOptions({
    queryKey: ["organizations", organizationId, "members"],
    queryFn: ({ signal }) =>
      collectPages((cursor) =>
        request<Page<Member>>("GET", `/organizations/${segment(organizationId)}/members`, {
          query: { limit: PAGE_SIZE, cursor },
          signal,
        }),
      ),
  });
}

export function changeRole(organizationId: string, membershipId: string, role: string): Promise<MemberChange> {
  return request("PATCH", memberPath(organizationId, membershipId), { body: { role } });
}

export function suspendMember(organizationId: string, membershipId: string): Promise<MemberChange> {
  return request("POST", `${memberPath(organizationId, membershipId)}/suspend`);
}

export function reinstateMember(organizationId: string, membershipId: string): Promise<MemberChange> {
  return request("POST", `${memberPath(organizationId, membershipId)}/reinstate`);
}

/** Removes a member. With one's own membership id: leaves. */
export function removeMember(organizationId: string, membershipId: string): Promise<Receipt> {
  return request("DELETE", memberPath(organizationId, membershipId));
}

function memberPath(organizationId: string, membershipId: string): string {
  return `/organizations/${segment(organizationId)}/members/${segment(membershipId)}`;
}
