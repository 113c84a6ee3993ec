// When a browser session needs a recent password. Each operation declares its kind. Some operations need the password only
// for certain input, such as a long expiry or a powerful role: this file decides when.
import type { Catalogue } from "./catalogue.ts";
import { DAY_MS } from "./expiry.ts";

/** How long a password counts as recent. Signing in counts. */
export const REAUTHENTICATION_MS: number = 15 * 60_000;

/** A new credential with a longer lifetime, or without an expiry, needs it. */
export const LONG_LIFETIME_DAYS = 90;

/** A person with this permission can give roles to others, so giving a role that holds it needs the password. */
const POWERFUL_PERMISSION = "members:write";

/**
 * When an operation needs it: `always`; when it makes a credential with a `long-lifetime`; when it gives a
 * `powerful-role`; at the `first-proof` of the account's address.
 */
export type RecentPassword = "always" | "long-lifetime" | "powerful-role" | "first-proof";

/** The operation, and the input that matters. */
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
