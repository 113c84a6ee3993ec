import type { Operation } from "../../operation.ts";
import { changeRole } from "./change-role.ts";
import { listMembers } from "./list-members.ts";
import { reinstateMember } from "./reinstate-member.ts";
import { removeMember } from "./remove-member.ts";
import { suspendMember } from "./suspend-member.ts";

export const memberOperations: readonly Operation[] = [
  listMembers,
  changeRole,
  suspendMember,
  reinstateMember,
  removeMember,
];
