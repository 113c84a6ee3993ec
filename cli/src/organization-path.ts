import { isId } from "@mintmark/core/format";
import { usageFailure } from "@mintmark/terminal";

/** The path of what belongs to an organization. Refuses what is no id, so that nothing else becomes part of a path. */
export function organizationPath(id: string, what: string): string {
  if (isId(id, "organization")) return `/api/organizations/${id}/${what}`;
  throw usageFailure("this is not the id of an organization", "see the column ID of mintmark org list");
}
