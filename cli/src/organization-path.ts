import { isId } from "@mintmark/core/format";
import type { Command } from "commander";
import { usageFailure } from "@mintmark/terminal";
import type { ApiClient } from "./api-client.ts";

export interface OrganizationOptions {
  readonly org?: string;
}

/** Adds the option of every command that is about one organization. */
export function withOrganizationOption(command: Command): Command {
  return command.option("--org <id>", "the organization (default: that of the token)");
}

/** The path of a resource of the chosen organization. */
export async function chosenPath(client: ApiClient, { org }: OrganizationOptions, what: string): Promise<string> {
  return organizationPath(org ?? (await client.whoami()).organization.id, what);
}

/** The path of an organization's resource. Refuses text that is not an id, so that nothing else gets into a path. */
export function organizationPath(id: string, what: string): string {
  if (isId(id, "organization")) return `/api/organizations/${id}/${what}`;
  throw usageFailure("this is not the id of an organization", "see the column ID of mintmark orgs list");
}
