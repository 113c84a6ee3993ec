// The one rule for when a browser session needs a recent password. Each operation declares its kind. Some operations
// need the password only for certain input, such as a long expiry or a powerful role; this file decides about these.
import type { Catalogue } from "./catalogue.ts";
import { DAY_MS } from "./expiry.ts";

/** For how long after the password was given (signing in counts) it need not be given again. */
export const REAUTHENTICATION_MS: number = 15 * 60_000;

/** A new credential that lives longer than this, or for ever, needs it. */
export const LONG_LIFETIME_DAYS = 90;

/** Somebody with this permission can hand out other roles, so giving a role that holds it needs the password. */
const POWERFUL_PERMISSION = "members:write";

/**
 * When an operation needs it: `always`; for a `long-lifetime` of what it makes; for a `powerful-role` that it hands
 * out; for a `first-proof` of the account's address.
 */
export type RecentPassword = "always" | "long-lifetime" | "powerful-role" | "first-proof";

/** The input of the operation. */
export type Deed =
  | { readonly kind: "always" }
  | { readonly kind: "long-lifetime"; readonly expiresAt: number | null }
  | { readonly kind: "powerful-role"; readonly role: string };

/** Whether the operation needs a recent password for this input. */
export function needsRecentPassword(catalogue: Catalogue, deed: Deed, now: number): boolean {
  switch (deed.kind) {
    case "always":
      return true;
    case "long-lifetime":
      return deed.expiresAt === null || deed.expiresAt - now > LONG_LIFETIME_DAYS * DAY_MS;
    case "powerful-role":
      return catalogue.permissionsOf(deed.role).includes(POWERFUL_PERMISSION);
  }
}
