import type { Operation } from "../../operation.ts";
import { appointOwner } from "./appoint-owner.ts";
import { createService } from "./create-service.ts";
import { endUserSessions } from "./end-user-sessions.ts";
import { getInstanceOrganization } from "./get-instance-organization.ts";
import { getUser } from "./get-user.ts";
import { listInstanceEvents } from "./list-instance-events.ts";
import { listInstanceOrganizations } from "./list-instance-organizations.ts";
import { listInstanceTokens } from "./list-instance-tokens.ts";
import { listServices } from "./list-services.ts";
import { listUsers } from "./list-users.ts";
import { reinstateUser } from "./reinstate-user.ts";
import { renameService } from "./rename-service.ts";
import { revokeInstanceToken } from "./revoke-instance-token.ts";
import { revokeInstanceTokens } from "./revoke-instance-tokens.ts";
import { revokeService } from "./revoke-service.ts";
import { revokeUserTokens } from "./revoke-user-tokens.ts";
import { suspendUser } from "./suspend-user.ts";
import { updateUser } from "./update-user.ts";

export const adminOperations: readonly Operation[] = [
  listUsers,
  getUser,
  updateUser,
  suspendUser,
  reinstateUser,
  endUserSessions,
  revokeUserTokens,
  listInstanceOrganizations,
  getInstanceOrganization,
  appointOwner,
  listInstanceTokens,
  revokeInstanceTokens,
  revokeInstanceToken,
  listServices,
  createService,
  renameService,
  revokeService,
  listInstanceEvents,
];
