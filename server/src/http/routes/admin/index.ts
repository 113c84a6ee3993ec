import type { Operation } from "../../operation.ts";
import { createService } from "./create-service.ts";
import { listInstanceEvents } from "./list-instance-events.ts";
import { listServices } from "./list-services.ts";
import { listUsers } from "./list-users.ts";
import { reinstateUser } from "./reinstate-user.ts";
import { revokeService } from "./revoke-service.ts";
import { suspendUser } from "./suspend-user.ts";

export const adminOperations: readonly Operation[] = [
  listUsers,
  suspendUser,
  reinstateUser,
  listServices,
  createService,
  revokeService,
  listInstanceEvents,
];
