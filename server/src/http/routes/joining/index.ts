import type { Operation } from "../../operation.ts";
import { clearDomainJoining } from "./clear-domain-joining.ts";
import { getDomainJoining } from "./get-domain-joining.ts";
import { joinOrganization } from "./join-organization.ts";
import { listJoinableOrganizations } from "./list-joinable-organizations.ts";
import { setDomainJoining } from "./set-domain-joining.ts";

export const joiningOperations: readonly Operation[] = [
  listJoinableOrganizations,
  joinOrganization,
  getDomainJoining,
  setDomainJoining,
  clearDomainJoining,
];
