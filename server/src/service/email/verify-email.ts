import { emailKey } from "@mintmark/core";
import type { Transaction, UserRecord } from "../../store/store.ts";
import type { RequestOrigin, SessionActor } from "../actor.ts";
import { eventOf } from "../audit-event.ts";
import type { Deps } from "../deps.ts";
import { Refusal } from "../refusal.ts";
import { requireLiveSession } from "../session/live-session.ts";
import { getEmailLink, linkInvalid, spendEmailLink } from "./email-link.ts";

/**
 * Proves the caller's address by the link that was mailed to it. It takes the account's own session: whoever reads
 * a mailbox proves nothing for an account that somebody else opened with its address.
 */
export function verifyEmail(
  deps: Pick<Deps, "store" | "clock">,
  actor: SessionActor,
  token: string,
): Promise<UserRecord> {
  return deps.store.transaction(async (tx) => {
    const link = await getEmailLink(tx, "verify_email", token, deps.clock());
    if (link.userId !== actor.user.id) {
      throw new Refusal(
        "link_other_account",
        "The link is for another account than the one you are signed in to. Sign in to that one, then open the link again.",
      );
    }
    const user = await requireLiveSession(deps, tx, actor);
    await spendEmailLink(tx, "verify_email", token);
    if (emailKey(user.email) !== emailKey(link.email)) throw linkInvalid();
    await recordProof(tx, user, { by: "letter", at: deps.clock(), origin: actor.origin });
    return (await tx.findUser(user.id)) ?? user;
  });
}

export interface Proof {
  /** Which mailed link was opened. */
  readonly by: "letter" | "invitation" | "password_reset";
  readonly at: number;
  readonly origin: RequestOrigin;
}

/** Records that the user's present address is proved, in the caller's transaction; nothing when it was before. */
export async function recordProof(tx: Transaction, user: UserRecord, { by, at, origin }: Proof): Promise<void> {
  if (user.emailVerifiedAt !== null) return;
  await tx.verifyUserEmail(user.id, at);
  await tx.insertAuditEvents([
    eventOf(
      { actor: { kind: "user", id: user.id, name: user.name }, via: null, origin },
      {
        at,
        organizationId: null,
        action: "user.email_verified",
        target: { kind: "user", id: user.id, name: user.name },
        details: { email: user.email, by },
      },
    ),
  ]);
}
