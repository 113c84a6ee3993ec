// What a browser session may do only shortly after its password was given: one rule for every operation. An operation
// declares which kind it is of; the deeds whose weight depends on what they hand out are weighed here.
import type { Catalogue } from "./catalogue.ts";
import { DAY_MS } from "./expiry.ts";

/** How long after the password was given (signing in counts) such things may be done without giving it again. */
export const REAUTHENTICATION_MS: number = 15 * 60_000;

/** A credential that is made to live longer than this, or for ever, needs it. */
export const LONG_LIFETIME_DAYS = 90;

/** A role that holds this hands on everything, so handing it out needs it. */
const POWERFUL_PERMISSION = "members:write";

/**
 * When an operation needs it: `always`; for a `long-lifetime` of what it makes; for a `powerful-role` that it hands
 * out; for a `first-proof` of the account's address.
 */
export type RecentPassword = "always" | "long-lifetime" | "powerful-role" | "first-proof";

/** What is about to be done. */
export type Deed =
  | { readonly kind: "always" }
  | { readonly kind: "long-lifetime"; readonly expiresAt: number | null }
  | { readonly kind: "powerful-role"; readonly role: string };

/** Whether this deed needs a recent password. */
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
