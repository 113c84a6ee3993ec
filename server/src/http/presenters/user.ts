// The one place where a user becomes JSON: as themselves, and as an instance admin sees them.
import { z } from "@hono/zod-openapi";
import type { UserRecord } from "../../store/store.ts";
import { Instant, presentInstant, presentInstantOrNull } from "./time.ts";

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

export const AdminUser = z
  .object({
    id: z.string(),
    name: z.string(),
    email: z.string(),
    instanceAdmin: z.boolean(),
    createdAt: Instant,
    suspendedAt: Instant.nullable(),
  })
  .openapi("AdminUser");

export function presentAdminUser(user: UserRecord): z.infer<typeof AdminUser> {
  return {
    id: user.id,
    name: user.name,
    email: user.email,
    instanceAdmin: user.instanceAdminAt !== null,
    createdAt: presentInstant(user.createdAt),
    suspendedAt: presentInstantOrNull(user.suspendedAt),
  };
}
