// Composes the emails about a person's address and password, when they are sent. The texts are in emails.ts.
// Rule: each composer checks again whether its email is still true. A link is made here, and only its hash is stored.
import type { UserId } from "@mintmark/core";
import type { ClaimedEmail, Transaction, UserRecord } from "../../store/store.ts";
import {
  ANONYMOUS,
  type Deps,
  eventOf,
  hasPasswordHere,
  isAddressProvedHere,
  type RequestOrigin,
} from "../use-case.ts";
import type { Composed, Composers } from "../mail/sender.ts";
import { issueEmailLink } from "./email-link.ts";
import {
  addressChangedEmail,
  changeEmail,
  hasAccountEmail,
  passwordChangedEmail,
  resetEmail,
  verificationEmail,
} from "./emails.ts";

export function accountComposers(
  deps: Pick<Deps, "settings">,
): Pick<Composers, "verify_address" | "change_address" | "reset_password" | "password_changed" | "address_changed"> {
  return {
    verify_address: { compose: (tx, email, at) => verification(deps, tx, email, at) },
    change_address: { compose: (tx, email, at) => change(deps, tx, email, at) },
    reset_password: { compose: (tx, email, at) => reset(deps, tx, email, at) },
    // Both warn of a takeover. They stay true, so they are always sent, to the address at the time of the change.
    password_changed: {
      compose: async (_tx, { recipient, details }) => ({
        email: passwordChangedEmail(deps, recipient, details as unknown as Parameters<typeof passwordChangedEmail>[2]),
      }),
    },
    address_changed: { compose: async (_tx, { recipient }) => ({ email: addressChangedEmail(deps, recipient) }) },
  };
}

async function verification(
  deps: Pick<Deps, "settings">,
  tx: Transaction,
  { userId, recipient }: ClaimedEmail,
  at: number,
): Promise<Composed> {
  const user = await tx.lockUser(userId as UserId);
  if (user === null || user.deletedAt !== null || isAddressProvedHere(user) || user.email !== recipient) return null;
  return { email: verificationEmail(deps, user, await issueEmailLink(tx, "verify_email", user, at)) };
}

/** The link for the new address. If it is the verified address of another account, its owner is notified instead. */
async function change(
  deps: Pick<Deps, "settings">,
  tx: Transaction,
  { userId, recipient }: ClaimedEmail,
  at: number,
): Promise<Composed> {
  const user = await tx.lockUser(userId as UserId);
  if (user === null || user.deletedAt !== null || user.email === recipient) return null;
  const owner = await tx.findUserByEmail(recipient);
  if (owner === null || owner.id === user.id) {
    const link = await issueEmailLink(tx, "verify_email", { id: user.id, email: recipient }, at);
    return { email: changeEmail(deps, recipient, link) };
  }
  return owner.emailVerifiedAt === null ? null : { email: hasAccountEmail(deps, owner.email) };
}

/** Only here does a request for a reset look for the account, so nobody who asks learns whether there is one. */
async function reset(
  deps: Pick<Deps, "settings">,
  tx: Transaction,
  { recipient, details, wasComposed }: ClaimedEmail,
  at: number,
): Promise<Composed> {
  const found = await tx.findUserByEmail(recipient);
  const user = found === null ? null : await tx.lockUser(found.id);
  if (user === null || user.deletedAt !== null || user.suspendedAt !== null || user.email !== found?.email) return null;
  if (!hasPasswordHere(deps, user)) return null;
  // The host gave this account to a person, not to the address: a mailbox that nobody has proved must not open it. And
  // the host, which may state any address, must not open what a person protects with a password here.
  if (user.externalId !== null && user.emailVerifiedAt === null) return null;
  if (user.emailVouchedAt !== null && (await tx.findPasswordHash(user.id)) !== null) return null;
  const link = await issueEmailLink(tx, "reset_password", user, at);
  if (!wasComposed) await recordResetRequest(tx, user, details["origin"] as RequestOrigin, at);
  // Use the address of the account, not the one that was typed.
  return { email: resetEmail(deps, user, link), userId: user.id };
}

async function recordResetRequest(
  tx: Transaction,
  { id, name }: UserRecord,
  origin: RequestOrigin,
  at: number,
): Promise<void> {
  await tx.insertAuditEvents([
    eventOf(
      { actor: ANONYMOUS, via: null, origin },
      {
        at,
        organizationId: null,
        action: "user.password_reset_requested",
        target: { kind: "user", id, name },
      },
    ),
  ]);
}
