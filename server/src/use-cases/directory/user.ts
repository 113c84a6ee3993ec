// Changes and deletes users of the host, and links an account that is here already.
// Rule: the host's word that an address is proved is believed for the users that it keeps. It never takes over an account by
// its address: that account is linked only where the address was proved here too, and stays with its person. An instance
// admin, and an account that another source keeps, cannot be changed.
import { emailKey } from "@mintmark/core";
import type { Transaction, UserRecord } from "../../store/store.ts";
import { isEmailTaken } from "../account/account.ts";
import { endAccount } from "../account/delete.ts";
import { recordAccountSuspension } from "../account/suspension.ts";
import { recordProof } from "../account/verify-email.ts";
import { isLastActiveOwner, type LockedUser, requireLiveManagementKey, withUserLocked } from "../authority.ts";
import { queueNews } from "../mail/outbox.ts";
import { endMembership } from "../member/member.ts";
import {
  actorRef,
  authorOf,
  type EventContent,
  eventBy,
  type ManagementActor,
  receiptAt,
  Refusal,
} from "../use-case.ts";
import {
  type Applied,
  type DirectoryDeps,
  isLateEnd,
  isStale,
  keyOf,
  SeenVersions,
  tooLate,
  unchanged,
  type UserChange,
  type UserFacts,
  versionAfter,
} from "./change.ts";
import { isAsStated, usableFacts } from "./facts.ts";

/**
 * Changes or deletes the user of this change, or links the account with its address. Returns `null` when there is nothing
 * to change: then the user can be added.
 */
export async function changeUser(
  deps: DirectoryDeps,
  actor: ManagementActor,
  change: UserChange,
): Promise<Applied | null> {
  const { reads } = deps.store;
  const facts = change.facts === null ? null : usableFacts(change.facts);
  const external = { source: actor.key.source, id: change.user };
  const found =
    (await reads.findUserByExternalId(external)) ?? (facts === null ? null : await reads.findUserByEmail(facts.email));
  if (found === null) return null;
  return withUserLocked(deps.store, found.id, async (tx, locked) => {
    await requireLiveManagementKey(deps, tx, actor);
    const { user } = locked;
    const seen = await lockVersion(deps, tx, actor, change);
    // A change that repeats an earlier one waits for that one.
    await tx.confirmation();
    if (user === null || user.deletedAt !== null) return null;
    const isOurs = user.externalSource === external.source && user.externalId === external.id;
    // Somebody added the user, or changed the address, in the meantime.
    if (!isOurs && (await tx.findUserByExternalId(external)) !== null) return null;
    if (!isOurs && (facts === null || emailKey(user.email) !== emailKey(facts.email))) return null;
    const work: Work = { deps, tx, actor, change, at: deps.clock(), locked, seen };
    const applied = await apply(work, user, facts, isOurs);
    const version = versionAfter(change, seen);
    if (version !== null) await tx.saveDirectoryVersions(external.source, [version], work.at);
    else if (facts === null) await tx.markDirectoryDeletion(external.source, keyOf(change));
    return applied;
  });
}

/** The values that the steps of one transaction share. */
interface Work {
  readonly deps: DirectoryDeps;
  readonly tx: Transaction;
  readonly actor: ManagementActor;
  readonly change: UserChange;
  readonly at: number;
  readonly locked: LockedUser;
  readonly seen: SeenVersions;
}

async function lockVersion(
  deps: DirectoryDeps,
  tx: Transaction,
  { key }: ManagementActor,
  change: UserChange,
): Promise<SeenVersions> {
  if (change.version === null) return new SeenVersions([]);
  return new SeenVersions(await tx.lockDirectoryVersions(key.source, [keyOf(change)], deps.clock()));
}

async function apply(work: Work, user: UserRecord, facts: UserFacts | null, isOurs: boolean): Promise<Applied> {
  const { change, seen } = work;
  if (isStale(change, seen)) {
    const receipt = isOurs && isLateEnd(change, seen) ? await endOldMemberships(work) : null;
    return { ...tooLate(change, isOurs ? user.id : null), changed: receipt !== null, receipt };
  }
  if (isOurs && facts !== null && isAsStated(user, facts)) return unchanged(change, user.id);
  if (user.instanceAdminAt !== null) throw instanceAdminProtected(isOurs);
  if (facts === null) return applied(work, user, await endAccount(work.deps, work.tx, work.actor, user, work.locked));
  const present = isOurs ? user : await link(work, user, facts);
  await restate(work, present, facts);
  return applied(work, user, await receiptAt(work.tx, work.at));
}

function applied({ change }: Work, { id }: UserRecord, receipt: NonNullable<Applied["receipt"]>): Applied {
  return { changed: true, id, externalId: change.user, stale: false, receipt };
}

function instanceAdminProtected(isOurs: boolean): Refusal {
  // The address of an instance admin is no more than an address in use.
  if (!isOurs) return addressTaken("Ask the person to use another address in one of the two.");
  return new Refusal(
    "instance_admin_protected",
    "The person is an instance admin, whom no management key can change. Another instance admin can dismiss them first.",
  );
}

function addressTaken(advice: string): Refusal {
  return new Refusal("email_taken", `Another account has this email address. ${advice}`, {
    errors: [{ field: "email", message: "Another account has this address." }],
  });
}

/** Gives the account to the host, which proved the same address as the person did here. */
async function link(work: Work, user: UserRecord, { emailVerified }: UserFacts): Promise<UserRecord> {
  const { tx, actor, change } = work;
  const { source } = actor.key;
  if (user.externalId !== null) throw addressTaken("It is kept under another external id or by another source.");
  if (user.emailVerifiedAt === null || !emailVerified) {
    throw addressTaken(
      "It can be linked when its person has confirmed the address here, and you send it with emailVerified: true.",
    );
  }
  if (!(await tx.linkUser(user.id, { source, id: change.user })))
    throw new Error(`the account ${user.id} was linked under its lock`);
  await record(work, user, "user.linked", { source, externalId: change.user, email: user.email });
  return { ...user, externalId: change.user, externalSource: source };
}

/** Makes name, address, its proof and the suspension what the host states. */
async function restate(work: Work, user: UserRecord, facts: UserFacts): Promise<void> {
  const { tx } = work;
  if (facts.name !== user.name) {
    await tx.setUserName(user.id, facts.name);
    await record(work, user, "user.renamed", { before: { name: user.name }, after: { name: facts.name } });
  }
  const moved = facts.email === user.email ? user : await changeAddress(work, user, facts.email);
  const named = { ...moved, name: facts.name };
  if (facts.emailVerified) await vouch(work, named);
  else if (facts.emailVerified === false && named.emailVouchedAt !== null) await withdraw(work, named);
  if (facts.suspended && named.hostSuspendedAt === null) await suspend(work, named);
  if (facts.suspended === false && named.hostSuspendedAt !== null) await release(work, named);
}

/** Another address has no proof until the host or its owner gives one, and no earlier link opens the account. */
async function changeAddress(work: Work, user: UserRecord, email: string): Promise<UserRecord> {
  const { deps, tx, at } = work;
  const owner = await tx.findUserByEmail(email);
  if (owner !== null && owner.id !== user.id) throw addressTaken("Change that account first.");
  await tx.rememberRemovals(user, at);
  try {
    await tx.setUserEmail(user.id, email);
  } catch (error) {
    throw isEmailTaken(error) ? addressTaken("Change that account first.") : error;
  }
  await tx.endEmailLinks("verify_email", user.id);
  await tx.endEmailLinks("reset_password", user.id);
  await record(work, user, "user.email_changed", { before: { email: user.email }, after: { email } });
  // A person who signs in here with a password must learn that the address to reset it is another one.
  if ((await tx.findPasswordHash(user.id)) !== null)
    await queueNews(deps, tx, work.actor.key.id, [user], () => ({ kind: "address_changed" }));
  return { ...user, email, emailVerifiedAt: null, emailVouchedAt: null };
}

/**
 * Believes that the address is proved. Where none ever was, everything that was made in the account ends: until now it
 * was the account of somebody who wrote this address into the host's form.
 */
async function vouch(work: Work, user: UserRecord): Promise<void> {
  const { tx, actor, at } = work;
  const proof = { by: "host", at, origin: actor.origin, session: null, author: authorOf(actor) } as const;
  const ended = await recordProof(tx, user, proof);
  // Nor can a password from before open it.
  if (ended !== null) await tx.setPasswordHash(user.id, null);
}

/** The host takes its word back. No link to the address opens the account any more. */
async function withdraw(work: Work, user: UserRecord): Promise<void> {
  const { tx, at } = work;
  await tx.rememberRemovals(user, at);
  await tx.withdrawUserEmail(user.id);
  await tx.endEmailLinks("reset_password", user.id);
  await record(work, user, "user.email_unverified", { email: user.email });
}

async function suspend(work: Work, user: UserRecord): Promise<void> {
  const { tx, actor, at, locked } = work;
  const withoutOwner: string[] = [];
  for (const { organization, membership } of locked.entries) {
    if (organization.personalOf === null && (await isLastActiveOwner(tx, membership)))
      withoutOwner.push(organization.id);
  }
  await tx.holdUser(user.id, at, actorRef(actor).id);
  if (user.suspendedAt === null) await recordAccountSuspension(tx, actor, user, locked, { at, withoutOwner });
  else await record(work, user, "user.suspended", { alreadySuspended: true });
}

/** A suspension that an instance admin made stays. */
async function release(work: Work, user: UserRecord): Promise<void> {
  const { tx } = work;
  await tx.releaseUser(user.id);
  const stillSuspended = (await tx.findUser(user.id))?.suspendedAt !== null;
  await record(work, user, "user.reinstated", stillSuspended ? { stillSuspended } : {});
}

/**
 * After a deletion that arrives late, of a user who came back since: ends the memberships that are older than the
 * deletion. Returns the receipt, or `null` when there was none.
 */
async function endOldMemberships(work: Work): Promise<Applied["receipt"]> {
  const { deps, tx, actor, change, at, locked } = work;
  const { source } = actor.key;
  const kept = locked.entries.filter(({ organization }) => organization.externalSource === source);
  const keys = kept.map(({ organization }) => ({
    kind: "member" as const,
    externalId: organization.externalId ?? "",
    memberExternalId: change.user,
  }));
  const versions = new SeenVersions(await tx.findDirectoryVersions(source, keys));
  let ended = 0;
  for (const [index, { organization, membership }] of kept.entries()) {
    const seen = versions.get(keys[index] as (typeof keys)[number]);
    if (seen === null || seen.version > (change.version ?? 0)) continue;
    const member = await tx.lockMember(organization.id, membership.id, deps.clock());
    if (member === null) continue;
    const withoutOwner = await isLastActiveOwner(tx, membership);
    await endMembership(tx, actor, { organization, member, action: "member.removed", apiKeys: [], at, withoutOwner });
    ended++;
  }
  return ended === 0 ? null : await receiptAt(tx, at);
}

async function record(
  { tx, actor, at }: Work,
  { id, name }: UserRecord,
  action: EventContent["action"],
  details: Readonly<Record<string, unknown>>,
): Promise<void> {
  const target = { kind: "user", id, name } as const;
  await tx.insertAuditEvents([eventBy(actor, { at, organizationId: null, action, target, details })]);
}
