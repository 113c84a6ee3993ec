import type { Tool } from "../tool.ts";
import { searchAuditLog } from "./audit.ts";
import { createInvitation, listInvitations, withdrawInvitation } from "./invitation.ts";
import { listMembers } from "./member.ts";
import { listMyTokens, listStaleTokens, revokeMemberToken, revokeMyToken } from "./token.ts";
import { getOrganizationOverview } from "./usage.ts";
import { whoami } from "./verification.ts";

/** All tools, in the order in which clients list them. */
export const TOOLS: readonly Tool[] = [
  whoami,
  listMyTokens,
  revokeMyToken,
  listMembers,
  listInvitations,
  createInvitation,
  withdrawInvitation,
  searchAuditLog,
  getOrganizationOverview,
  listStaleTokens,
  revokeMemberToken,
];
