import type { Tool } from "./tool.ts";
import { createInvitation } from "./tools/create-invitation.ts";
import { getOrganizationOverview } from "./tools/get-organization-overview.ts";
import { listInvitations } from "./tools/list-invitations.ts";
import { listMembers } from "./tools/list-members.ts";
import { listMyTokens } from "./tools/list-my-tokens.ts";
import { listStaleTokens } from "./tools/list-stale-tokens.ts";
import { revokeMemberToken } from "./tools/revoke-member-token.ts";
import { revokeMyToken } from "./tools/revoke-my-token.ts";
import { searchAuditLog } from "./tools/search-audit-log.ts";
import { whoami } from "./tools/whoami.ts";
import { withdrawInvitation } from "./tools/withdraw-invitation.ts";

/** Every tool there is, in the order in which clients list them. */
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
