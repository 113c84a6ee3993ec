import type { Operation } from "../../operation.ts";
import { changeRole } from "./change-role.ts";
import { getOffboardingReceipt } from "./get-offboarding-receipt.ts";
import { listMembers } from "./list-members.ts";
import { previewOffboarding } from "./preview-offboarding.ts";
import { reinstateMember } from "./reinstate-member.ts";
import { removeMember } from "./remove-member.ts";
import { suspendMember } from "./suspend-member.ts";

export const memberOperations: readonly Operation[] = [
  listMembers,
  changeRole,
  previewOffboarding,
  suspendMember,
  reinstateMember,
  removeMember,
  getOffboardingReceipt,
];
