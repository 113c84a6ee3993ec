import { isId } from "@mintmark/core/format";
import { usageFailure } from "@mintmark/terminal";

/** The path of an organization's resource. Refuses text that is not an id, so that nothing else gets into a path. */
export function organizationPath(id: string, what: string): string {
  if (isId(id, "organization")) return `/api/organizations/${id}/${what}`;
  throw usageFailure("this is not the id of an organization", "see the column ID of mintmark org list");
}
