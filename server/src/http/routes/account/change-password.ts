import { z } from "@hono/zod-openapi";
import { changePassword as change } from "../../../service/account/change-password.ts";
import { defineOperation, type Operation } from "../../operation.ts";
import { PasswordInput } from "../session/credential-input.ts";

/** What a new password did besides. */
export const PasswordChanged = z.object({ endedSessions: z.int(), revokedTokens: z.int() }).openapi("PasswordChanged");

export const changePassword: Operation = defineOperation({
  operationId: "changePassword",
  method: "post",
  path: "/api/account/password",
  tag: "Account",
  summary: "Change my password",
  description:
    "Ends every other session. With `revokeTokens` every token of the caller, in all organizations, is dead when this is answered.",
  credentials: ["session"],
  body: z.strictObject({
    currentPassword: PasswordInput,
    newPassword: PasswordInput,
    revokeTokens: z.boolean().optional(),
  }),
  status: 200,
  answer: PasswordChanged,
  refusals: ["password_weak", "password_wrong", "rate_limited", "server_busy"],
  handle: async ({ deps, actor, body }) => ({ body: await change(deps, actor, body) }),
});
