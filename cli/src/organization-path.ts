import { usageFailure } from "@mintmark/terminal";

const ORGANIZATION_ID = /^org_[0-9a-f]{32}$/;

/** The path of what belongs to an organization. Refuses what is no id, so that nothing else becomes part of a path. */
export function organizationPath(id: string, what: string): string {
  if (ORGANIZATION_ID.test(id)) return `/api/organizations/${id}/${what}`;
  throw usageFailure("this is not the id of an organization", "see the column ID of mintmark org list");
}
