// Verifies email addresses and changes them.
// Rule: with mail, an address changes when its owner opens the link that was mailed to it, and not before. So the
// response does not reveal whether the address has an account, and nobody can take an address whose mail they cannot
// read. Without mail no address can be verified, and the change happens at once.
import type { Transaction, UserRecord } from "../../store/store.ts";
import {
  type Deps,
  eventBy,
  eventOf,
  isAddressProvedHere,
  refuseKeptByHost,
  Refusal,
  type SessionActor,
} from "../use-case.ts";
import { requireLiveSession, requireRecentSession, withUserLocked } from "../authority.ts";
import { rememberAddress } from "../limits/sign-in.ts";
import { queueEmail, queueNews } from "../mail/outbox.ts";
import { emailTaken, isEmailTaken } from "./account.ts";
import { getEmailLink, recordRequest, spendEmailLink } from "./email-link.ts";
import { type EndedByProof, endUnproved, type ProofOrigin } from "./first-proof.ts";

/** A user whose address is verified, and what the verification ended; `null` when nothing ended. */
export interface Proved {
  readonly user: UserRecord;
  readonly ended: EndedByProof | null;
}

export interface Proof extends ProofOrigin {
  /** The kind of mailed link that was opened, or the host, which has proved the address. */
  readonly by: "letter" | "invitation" | "password_reset" | "host";
}

/**
 * Verifies the caller's address by a mailed link, or changes it to the address that received the link. Requires a
 * session of that account: reading a mailbox proves nothing for an account that somebody else opened with its address.
 * Requires a recent password too, so that nobody verifies their address for a session that somebody else started. The
 * first verification ends everything that was created in the account before, except this session.
 */
export async function verifyEmail(
  deps: Pick<Deps, "store" | "clock" | "settings" | "mailer">,
  actor: SessionActor,
  token: string,
): Promise<Proved> {
  return withUserLocked(deps.store, actor.user.id, async (tx) => {
    const link = await getEmailLink(tx, "verify_email", token, deps.clock());
    if (link.userId !== actor.user.id) {
      throw new Refusal(
        "link_other_account",
        "The link is for another account. Sign in to that account, then open the link again.",
      );
    }
    const before = await requireLiveSession(deps, tx, actor);
    if (before.email !== link.email) refuseKeptByHost(deps, before);
    if (before.emailVerifiedAt === null || before.email !== link.email) requireRecentSession(deps, actor);
    await spendEmailLink(tx, "verify_email", token);
    const user = before.email === link.email ? before : await takeEmail(deps, tx, actor, before, link.email);
    const { origin, session } = actor;
    const ended = await recordProof(tx, user, { by: "letter", at: deps.clock(), origin, session: session.id });
    // To the previous address of the account.
    if (before.email !== user.email)
      await queueNews(deps, tx, before.id, [before], () => ({ kind: "address_changed" }));
    return { user: (await tx.findUser(user.id)) ?? user, ended };
  });
}

/**
 * Records that the user's present address is verified, in the caller's transaction. Ends nothing if it was verified
 * before. The first proof ends everything that was created before it. A reset proves only access to the mailbox, so it
 * always counts as a first proof. The word of the host counts as one where no address was ever proved: it may have given
 * the account to the owner of the address just now. See `endUnproved` for the locks.
 */
export async function recordProof(tx: Transaction, user: UserRecord, proof: Proof): Promise<EndedByProof | null> {
  const { by, at, origin, session } = proof;
  if (user.emailVerifiedAt !== null) {
    if (by !== "host" && !isAddressProvedHere(user)) await tx.verifyUserEmail(user.id, at);
    return null;
  }
  await (by === "host" ? tx.vouchForUserEmail(user.id, at) : tx.verifyUserEmail(user.id, at));
  const event = eventOf(proof.author ?? { actor: { kind: "user", id: user.id, name: user.name }, via: null, origin }, {
    at,
    organizationId: null,
    action: "user.email_verified",
    target: { kind: "user", id: user.id, name: user.name },
    details: { email: user.email, by },
  });
  const isSamePerson = user.addressProvedAt !== null && (session !== null || by === "host");
  const ended = isSamePerson ? null : await endUnproved(tx, user, proof, event.id);
  await tx.insertAuditEvents([{ ...event, details: { ...event.details, ...countsOf(ended) } }]);
  return ended;
}

/** Returns what ended, for the audit log. */
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

/**
 * Queues the email whose link changes the address, in the caller's transaction. Earlier links stop working. Nothing here
 * depends on whether the address has an account.
 */
export async function requestChange(
  deps: Pick<Deps, "clock">,
  tx: Transaction,
  { origin }: SessionActor,
  user: UserRecord,
  email: string,
): Promise<void> {
  const at = deps.clock();
  await tx.endEmailLinks("verify_email", user.id);
  await recordRequest(tx, { ...user, email }, origin, at);
  await queueEmail(tx, { kind: "change_address", recipient: email, userId: user.id }, at);
}

/** Changes the address in the caller's transaction and revokes the links to the old one. Refuses with `email_taken`. */
export async function takeEmail(
  deps: Pick<Deps, "clock">,
  tx: Transaction,
  actor: SessionActor,
  user: UserRecord,
  email: string,
): Promise<UserRecord> {
  const owner = await tx.findUserByEmail(email);
  if (owner !== null && owner.id !== user.id) throw emailTaken("Choose another one.");
  await tx.rememberRemovals(user, deps.clock());
  try {
    await tx.setUserEmail(user.id, email);
  } catch (error) {
    // Another account took the address in between.
    throw isEmailTaken(error) ? emailTaken("Choose another one.") : error;
  }
  await tx.endEmailLinks("verify_email", user.id);
  await tx.endEmailLinks("reset_password", user.id);
  const at = deps.clock();
  await rememberAddress(tx, email, actor.origin, at);
  await tx.insertAuditEvents([
    eventBy(actor, {
      at,
      organizationId: null,
      action: "user.email_changed",
      target: { kind: "user", id: user.id, name: user.name },
      details: { before: { email: user.email }, after: { email } },
    }),
  ]);
  return (await tx.findUser(user.id)) ?? user;
}
