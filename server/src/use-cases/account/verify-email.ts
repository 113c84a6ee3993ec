import type { Secret } from "@mintmark/core";
import type { Admission, Letter } from "../../mail/email.ts";
import type { Transaction, UserRecord } from "../../store/store.ts";
import { eventBy, eventOf, type SessionActor } from "../actor.ts";
import { requireRecentSession } from "../authority.ts";
import type { Deps } from "../deps.ts";
import { tellLater } from "../limits/emails.ts";
import { rememberAddress } from "../limits/sign-in.ts";
import { requireLiveSession, withUserLocked } from "../locks.ts";
import { Refusal } from "../refusal.ts";
import { emailTaken, isEmailTaken } from "./account.ts";
import { getEmailLink, issueEmailLink, recordRequest, spendEmailLink } from "./email.ts";
import { addressChangedLetter, changeLetter, hasAccountLetter } from "./emails.ts";
import { type EndedByProof, endUnproved, type ProofOrigin } from "./first-proof.ts";

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

// Changes the email address of an account. With mail, the change happens when the link in an email to the new address
// is opened, and until then nothing changes. So the answer does not tell whether the address has an account, and nobody
// can take an address whose mail they cannot read. Without mail no address can be proved, and the change happens at
// once.

/** Makes the link that takes the address, in the caller's transaction; links that were mailed before are dead. */
export async function issueChangeLink(
  deps: Pick<Deps, "clock">,
  tx: Transaction,
  { origin }: SessionActor,
  user: UserRecord,
  email: string,
): Promise<Secret> {
  const at = deps.clock();
  await tx.endEmailLinks("verify_email", user.id);
  const link = await issueEmailLink(tx, "verify_email", { id: user.id, email }, at);
  await recordRequest(tx, { ...user, email }, origin, at);
  return link;
}

/**
 * After the answer: the link, or, to a proved address of another account, word that it has one. What is done before the
 * answer is the same for both.
 */
export function mailChangeLater(
  deps: Pick<Deps, "store" | "settings" | "later">,
  send: NonNullable<Admission["send"]>,
  { user, email, link }: { readonly user: UserRecord; readonly email: string; readonly link: Secret },
): void {
  deps.later(async () => {
    const owner = await deps.store.reads.findUserByEmail(email);
    if (owner === null || owner.id === user.id) return send(changeLetter(deps, email, link));
    if (owner.emailVerifiedAt !== null) await send(hasAccountLetter(deps, owner.email));
  });
}

/** Takes the address, in the caller's transaction, and ends the links to the old one. Refuses with `email_taken`. */
export async function takeEmail(
  deps: Pick<Deps, "clock">,
  tx: Transaction,
  actor: SessionActor,
  user: UserRecord,
  email: string,
): Promise<UserRecord> {
  const owner = await tx.findUserByEmail(email);
  if (owner !== null && owner.id !== user.id) throw emailTaken("Choose another one.");
  try {
    await tx.setUserEmail(user.id, email);
  } catch (error) {
    // Another account took it in the instant between.
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

/** Tells the address that an account has given up, if it was proved. */
function tellOldAddressLater(deps: Pick<Deps, "mailer" | "later" | "settings">, before: UserRecord): void {
  const letter = (person: UserRecord): Letter => addressChangedLetter(deps, person.email);
  tellLater(deps, before.id, async () => [before], letter);
}
