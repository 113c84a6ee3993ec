import type { Operation } from "../../operation.ts";
import { changePassword } from "./change-password.ts";
import { deleteAccount } from "./delete-account.ts";
import { endOtherSessions } from "./end-other-sessions.ts";
import { endSession } from "./end-session.ts";
import { listAccountEvents } from "./list-account-events.ts";
import { listSessions } from "./list-sessions.ts";
import { signUp } from "./sign-up.ts";
import { updateAccount } from "./update-account.ts";

export const accountOperations: readonly Operation[] = [
  signUp,
  updateAccount,
  changePassword,
  deleteAccount,
  listSessions,
  endOtherSessions,
  endSession,
  listAccountEvents,
];
