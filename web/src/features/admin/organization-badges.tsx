import type { ReactElement } from "react";
import type { AdminOrganization } from "../../api/types.ts";
import { Badge } from "../../ui/badge.tsx";

export function OrganizationBadges({ organization }: { readonly organization: AdminOrganization }): ReactElement {
  return (
    <>
      {organization.personal && <Badge>Personal</Badge>}
      {organization.deletedAt && <Badge>Deleted</Badge>}
      {isOwnerless(organization) && <Badge tone="danger">No active owner</Badge>}
    </>
  );
}

/** Nobody can administer it, and somebody could be appointed to. */
export function isOwnerless({ deletedAt, personal, activeOwnerCount }: AdminOrganization): boolean {
  return deletedAt === null && !personal && activeOwnerCount === 0;
}
