import type { Operation } from "../../operation.ts";
import { createOrganization } from "./create-organization.ts";
import { deleteOrganization } from "./delete-organization.ts";
import { getOrganization } from "./get-organization.ts";
import { listOrganizations } from "./list-organizations.ts";
import { renameOrganization } from "./rename-organization.ts";

export const organizationOperations: readonly Operation[] = [
  listOrganizations,
  createOrganization,
  getOrganization,
  renameOrganization,
  deleteOrganization,
];
