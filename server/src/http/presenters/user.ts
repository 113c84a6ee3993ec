// The one place where a user becomes JSON as they see themselves; admin-user.ts has what an instance admin sees.
import { z } from "@hono/zod-openapi";
import type { UserRecord } from "../../store/store.ts";
import { Instant, presentInstant } from "./time.ts";

export const Account = z
  .object({
    id: z.string(),
    name: z.string(),
    email: z.string(),
    emailVerified: z.boolean(),
    instanceAdmin: z.boolean(),
    createdAt: Instant,
  })
  .openapi("Account");

export function presentAccount(user: UserRecord): z.infer<typeof Account> {
  return {
    id: user.id,
    name: user.name,
    email: user.email,
    emailVerified: user.emailVerifiedAt !== null,
    instanceAdmin: user.instanceAdminAt !== null,
    createdAt: presentInstant(user.createdAt),
  };
}
