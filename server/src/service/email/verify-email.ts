import type { Transaction, UserRecord } from "../../store/store.ts";
import { takeEmail, tellOldAddressLater } from "../account/change-email.ts";
import { withUserLocked } from "../account/lock-user.ts";
import type { SessionActor } from "../actor.ts";
import { eventOf } from "../audit-event.ts";
import { requireRecentSession } from "../authority.ts";
import type { Deps } from "../deps.ts";
import { Refusal } from "../refusal.ts";
import { requireLiveSession } from "../session/live-session.ts";
import { getEmailLink, spendEmailLink } from "./email-link.ts";
import { endUnproved, type EndedByProof, type ProofOrigin } from "./first-proof.ts";

/** A user whose address is proved, and what that ended; `null` where nothing had to. */
export interface Proved {
  readonly user: UserRecord;
  readonly ended: EndedByProof | null;
}

/**
 * Proves the caller's address by the link that was mailed to it, or takes the other address that the link was mailed
 * to. It takes the account's own session: whoever reads a mailbox proves nothing for an account that somebody else
 * opened with its address. And it takes a recent password,
 * so that nobody proves their address for a session that somebody else began for them. The first proof ends what was
 * made in the account before, but for the session that asks.
 */
export async function verifyEmail(
  deps: Pick<Deps, "store" | "clock" | "settings" | "mailer" | "later">,
  actor: SessionActor,
  token: string,
): Promise<Proved> {
  const { before, ...proved } = await withUserLocked(deps.store, actor.user.id, async (tx) => {
    const link = await getEmailLink(tx, "verify_email", token, deps.clock());
    if (link.userId !== actor.user.id) {
      throw new Refusal(
        "link_other_account",
        "The link is for another account than the one you are signed in to. Sign in to that one, then open the link again.",
      );
    }
    const before = await requireLiveSession(deps, tx, actor);
    if (before.emailVerifiedAt === null || before.email !== link.email) requireRecentSession(deps, actor);
    await spendEmailLink(tx, "verify_email", token);
    const user = before.email === link.email ? before : await takeEmail(deps, tx, actor, before, link.email);
    const { origin, session } = actor;
    const ended = await recordProof(tx, user, { by: "letter", at: deps.clock(), origin, session: session.id });
    return { before, user: (await tx.findUser(user.id)) ?? user, ended };
  });
  if (before.email !== proved.user.email) tellOldAddressLater(deps, before);
  return proved;
}

export interface Proof extends ProofOrigin {
  /** Which mailed link was opened. */
  readonly by: "letter" | "invitation" | "password_reset";
}

/**
 * Records that the user's present address is proved, in the caller's transaction; nothing when it was before. Ends what
 * was made before the first proof; who proves by a reset has shown nothing but the mailbox, so for them every proof is
 * the first. See `endUnproved` for the locks.
 */
export async function recordProof(tx: Transaction, user: UserRecord, proof: Proof): Promise<EndedByProof | null> {
  if (user.emailVerifiedAt !== null) return null;
  const { by, at, origin, session } = proof;
  await tx.verifyUserEmail(user.id, at);
  const event = eventOf(
    { actor: { kind: "user", id: user.id, name: user.name }, via: null, origin },
    {
      at,
      organizationId: null,
      action: "user.email_verified",
      target: { kind: "user", id: user.id, name: user.name },
      details: { email: user.email, by },
    },
  );
  const isSamePerson = user.addressProvedAt !== null && session !== null;
  const ended = isSamePerson ? null : await endUnproved(tx, user, proof, event.id);
  await tx.insertAuditEvents([{ ...event, details: { ...event.details, ...countsOf(ended) } }]);
  return ended;
}

/** What ended, as the audit log keeps it. */
function countsOf(ended: EndedByProof | null): Readonly<Record<string, number>> {
  if (ended === null) return {};
  return {
    endedSessions: ended.sessions,
    revokedTokens: ended.tokens,
    revokedApiKeys: ended.apiKeys,
    withdrawnInvitations: ended.invitations,
    closedDomains: ended.domainJoinings,
    refusedLogins: ended.deviceLogins,
    revokedFeeds: ended.calendarFeeds,
  };
}
