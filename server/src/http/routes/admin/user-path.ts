import { z } from "@hono/zod-openapi";
import type { UserChange as UserChangeValue } from "../../../service/admin/suspend-user.ts";
import { idOf } from "../../presenters/id.ts";
import { presentReceipt, Receipt } from "../../presenters/receipt.ts";
import { AdminUser, presentAdminUser } from "../../presenters/admin-user.ts";

/** The path of one account. */
export const UserPath = z.strictObject({ id: idOf("user") });

export const UserChange = z.object({ user: AdminUser, receipt: Receipt }).openapi("UserChange");

export function presentUserChange({ user, receipt }: UserChangeValue): z.infer<typeof UserChange> {
  return { user: presentAdminUser(user), receipt: presentReceipt(receipt) };
}
