import type { UserId } from "@mintmark/core";
import type { Transaction, UserRecord } from "../../store/store.ts";
import type { RequestOrigin } from "../actor.ts";
import { networkOf } from "../attempt-limit.ts";
import { eventOf } from "../audit-event.ts";
import type { Deps } from "../deps.ts";
import { issueEmailLink } from "./email-link.ts";
import type { Admission } from "./letter-limit.ts";
import { verificationLetter } from "./letters.ts";

type VerificationDeps = Pick<Deps, "store" | "clock" | "settings">;

/**
 * After an account was opened: writes to its address, so that it can be proved. The answer does not wait for it.
 * Without a mail server, and beyond the limit of letters, nothing is written.
 */
export function mailVerificationLater(
  deps: VerificationDeps & Pick<Deps, "mailer" | "later">,
  { id, email }: Pick<UserRecord, "id" | "email">,
  origin: RequestOrigin,
): void {
  const { mailer } = deps;
  if (mailer === null) return;
  deps.later(async () => {
    // By the network: whoever opens account after account with other people's addresses writes to few of them.
    const { send } = await mailer.admitLater({ kind: "verification", to: email, by: networkOf(origin.ip, id) });
    if (send !== null) await mailVerification(deps, send, id, origin);
  });
}

/** Makes a link for the user's present address and mails it; does nothing when the address is proved or the account gone. */
export async function mailVerification(
  deps: VerificationDeps,
  send: NonNullable<Admission["send"]>,
  userId: UserId,
  origin: RequestOrigin,
): Promise<void> {
  const letter = await deps.store.transaction(async (tx) => {
    const user = await tx.lockUser(userId);
    if (user === null || user.deletedAt !== null || user.emailVerifiedAt !== null) return null;
    const at = deps.clock();
    const link = await issueEmailLink(tx, "verify_email", user, at);
    await recordRequest(tx, user, origin, at);
    return verificationLetter(deps, user, link);
  });
  // After the commit: a link that is in a mailbox is a link that exists.
  if (letter !== null) await send(letter);
}

/** Records that a letter is sent to prove the address, in the caller's transaction. */
export async function recordRequest(
  tx: Transaction,
  { id, name, email }: UserRecord,
  origin: RequestOrigin,
  at: number,
): Promise<void> {
  await tx.insertAuditEvents([
    eventOf(
      { actor: { kind: "user", id, name }, via: null, origin },
      {
        at,
        organizationId: null,
        action: "user.email_verification_requested",
        target: { kind: "user", id, name },
        details: { email },
      },
    ),
  ]);
}
