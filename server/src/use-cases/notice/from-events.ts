// Creates notices from audit events. A notice tells a person what an event means for their tokens, and that somebody made a
// link to set their password.
// Rule: notices are created from the events of a transaction and inside it. So every use case that writes `pat.revoked`
// notifies the token's owner, and withdraws the warnings about the token, without further code. Only the ends that time
// alone brings have no event (ends.ts).
// Deliberately absent: other news about the account (password, address, instance admin). The use case that changes it
// sends an email.
import { hash } from "node:crypto";
import {
  type ApiKeyId,
  DAY_MS,
  type OrganizationId,
  type RevokedReason,
  type TokenId,
  type TokenPolicy,
  type UserId,
} from "@mintmark/core";
import { networkOf } from "../../network/client-address.ts";
import { newId } from "../../secrets/generate.ts";
import {
  type ActorRef,
  type AuditEventRecord,
  type NewNotice,
  type Store,
  type Transaction,
  withVerbs,
} from "../../store/store.ts";
import { newEmail } from "../mail/outbox.ts";
import { webhookDisabled } from "./webhook.ts";
import type { Deps } from "../use-case.ts";

export interface NoticeOptions extends NoticeRules {
  /** Runs after the commit of a transaction that queued emails. */
  readonly onEmails: () => void;
  /** Each runs after the commit of a transaction that recorded events. */
  readonly onEvents: ReadonlySet<() => void>;
  /** Runs after the commit of a transaction that wrote follow-ups. */
  readonly onFollowUps: () => void;
}

/**
 * Returns the same store, except that a transaction that records events also writes their notices before it commits,
 * and that one that queued emails or wrote follow-ups has them begun after its commit.
 */
export function withNotices(store: Store, { onEmails, onEvents, onFollowUps, ...rules }: NoticeOptions): Store {
  return {
    engine: store.engine,
    reads: store.reads,
    clock: store.clock,
    async transaction(work, durability) {
      let recorded: Recorded = { events: [], followUps: 0, emails: 0 };
      const result = await store.transaction(async (tx) => {
        recorded = { events: [], followUps: 0, emails: 0 };
        const recording = record(tx, recorded);
        const done = await work(recording);
        await insertNotices(recording, rules, await draftsOf(recording, recorded.events));
        return done;
      }, durability);
      if (recorded.emails > 0) onEmails();
      if (recorded.events.length > 0) for (const listen of onEvents) listen();
      if (recorded.followUps > 0) onFollowUps();
      return result;
    },
    findForVerification: (kind, hash) => store.findForVerification(kind, hash),
    onAuthorityChange: (listener) => store.onAuthorityChange(listener),
    readAuthorityChanges: () => store.readAuthorityChanges(),
    listReplicas: () => store.listReplicas(),
    migrate: () => store.migrate(),
    whyNotReady: () => store.whyNotReady(),
    get storage() {
      return store.storage;
    },
    close: () => store.close(),
  };
}

interface Recorded {
  readonly events: AuditEventRecord[];
  followUps: number;
  emails: number;
}

function record(tx: Transaction, recorded: Recorded): Transaction {
  return withVerbs(tx, {
    async insertAuditEvents(more) {
      await tx.insertAuditEvents(more);
      recorded.events.push(...more);
    },
    async insertFollowUp(followUp) {
      await tx.insertFollowUp(followUp);
      recorded.followUps++;
    },
    async insertEmails(emails) {
      await tx.insertEmails(emails);
      recorded.emails += emails.length;
    },
  });
}

/**
 * Returns the drafts for the events of one transaction. Nobody is notified of a token that they ended themselves. An
 * owner who loses many tokens at once gets one notice. A policy change gets a follow-up, which notifies later.
 */
async function draftsOf(tx: Transaction, events: readonly AuditEventRecord[]): Promise<readonly NoticeDraft[]> {
  const drafts: NoticeDraft[] = [];
  const ended: AuditEventRecord[] = [];
  for (const event of events) {
    if (event.action === "pat.created") {
      const isByLogin = events.some(
        ({ action, details }) => action === "device.redeemed" && details["tokenId"] === event.target?.id,
      );
      drafts.push({ ...minted(event), readAt: isByLogin || (await isNewPlace(tx, event)) ? null : event.at });
      const { replaces } = event.details;
      if (typeof replaces === "string") await tx.withdrawWarnings([replaces as TokenId], event.at, { alsoEnded: true });
    } else if (event.action === "pat.used" && event.details["newNetwork"] !== undefined) drafts.push(newNetwork(event));
    else if (event.action === "user.reset_link_created") drafts.push(resetLink(event));
    else if (event.action === "webhook.disabled") drafts.push(...(await webhookDisabled(tx, event)));
    else if (event.action === "policy.changed") await schedulePolicyNotices(tx, event);
    else if (event.action === "member.joined") drafts.push(...(await joined(tx, event)));
    else if (event.action === "pat.revoked" || event.action === "pat.expired") ended.push(event);
    else if (event.action === "api_key.expired") drafts.push(...(await keyExpired(tx, event)));
    else if (event.action === "api_key.revoked" || event.action === "pat.dismissed")
      await tx.withdrawWarnings([tokenIdOf(event)], event.at, { alsoEnded: true });
  }
  if (ended.length > 0) drafts.push(...(await settleEnded(tx, ended)));
  return drafts;
}

/** How many owners are notified of a person who joins. Organizations have few. */
const OWNERS_NOTIFIED = 50;

/**
 * For the other owners. An instance admin who appoints an owner notifies all of them by email. The host invites people
 * itself, and an import would notify the owners of everybody.
 */
async function joined(
  tx: Transaction,
  { at, organizationId, actor, details }: AuditEventRecord,
): Promise<NoticeDraft[]> {
  if (organizationId === null || details["appointedByInstanceAdmin"] === true) return [];
  if (actor.kind === "management_key") return [];
  const owners = (await tx.listOwners(organizationId, at)).filter(({ userId }) => userId !== actor.id);
  return owners.slice(0, OWNERS_NOTIFIED).map(({ userId }) => ({
    userId,
    kind: "member.joined",
    at,
    organizationId,
    token: null,
    details: { by: actor, role: details["role"] as string, domain: (details["domain"] as string | undefined) ?? null },
  }));
}

/**
 * Returns whether the account mints from this network and browser for the first time, so that it may be somebody else.
 * The person who mints where they did before knows of it: the notice is kept as read, and its email is sent. The first
 * place of a new account does not count.
 */
async function isNewPlace(tx: Transaction, { actor, ip, userAgent, at }: AuditEventRecord): Promise<boolean> {
  // A browser changes the numbers in its name with every update.
  const browser = (userAgent ?? "").replaceAll(/\d+/g, "");
  const place = hash("sha256", `${ip === null ? "" : networkOf(ip)} ${browser}`).slice(0, 32);
  const seen = await tx.recordMintPlace(actor.id as UserId, place, at);
  if (seen !== "first") return seen === "new";
  const user = await tx.findUser(actor.id as UserId);
  return user === null || at - user.createdAt > DAY_MS;
}

/**
 * Whom the end of an API key concerns: the person who made it, if they are still a member, and the owners of its
 * organization.
 */
export async function apiKeyAudience(
  tx: Transaction,
  key: { readonly organization: { readonly id: OrganizationId }; readonly createdBy: { readonly id: UserId } },
  at: number,
): Promise<readonly UserId[]> {
  const { organization, createdBy } = key;
  const owners = (await tx.listOwners(organization.id, at)).slice(0, OWNERS_NOTIFIED).map(({ userId }) => userId);
  if (owners.includes(createdBy.id)) return owners;
  const maker = await tx.findMembership(organization.id, createdBy.id);
  return maker === null ? owners : [createdBy.id, ...owners];
}

async function keyExpired(tx: Transaction, event: AuditEventRecord): Promise<NoticeDraft[]> {
  const id = event.target?.id as ApiKeyId;
  await tx.withdrawWarnings([id], event.at, { alsoEnded: false });
  const key = await tx.findApiKey(id);
  if (key === null) return [];
  const audience = await apiKeyAudience(tx, key, event.at);
  return audience.map((userId) => ({ ...aboutToken(event, userId, "api_key.expired"), details: expiryOf(key) }));
}

function expiryOf({ expiresAt }: { readonly expiresAt: number | null }): NoticeDraft["details"] {
  return { expiresAt, because: "expiry" };
}

/** Withdraws what was said about tokens that have ended, and returns the notices of their ends. */
async function settleEnded(tx: Transaction, ended: readonly AuditEventRecord[]): Promise<NoticeDraft[]> {
  const { at, actor, via } = ended[0] as AuditEventRecord;
  await settleNotices(
    tx,
    ended.map(tokenIdOf),
    at,
    actor.kind === "user" && via === null ? (actor.id as UserId) : null,
  );
  const expired = ended.filter(({ action }) => action === "pat.expired").map(tokenIdOf);
  const replaced = expired.length === 0 ? null : await tx.selectReplacedTokens(expired, at);
  const announced = ended.filter((event) => replaced?.has(tokenIdOf(event)) !== true);
  return endings(announced, await tx.findTokenOwners(announced.map(tokenIdOf)));
}

/** Withdraws the warnings about tokens that have ended, and resolves the notices about their minting and use. */
export async function settleNotices(
  tx: Transaction,
  ids: readonly TokenId[],
  at: number,
  readFor: UserId | null,
): Promise<void> {
  await tx.withdrawWarnings(ids, at, { alsoEnded: true });
  await tx.resolveNotices(ids, at, { readFor });
}

function minted(event: AuditEventRecord): NoticeDraft {
  return {
    ...aboutToken(event, event.actor.id as UserId, "token.minted"),
    details: {
      expiresAt: event.details["expiresAt"] as number | null,
      ip: event.ip,
      userAgent: event.userAgent,
    },
  };
}

function newNetwork(event: AuditEventRecord): NoticeDraft {
  return {
    ...aboutToken(event, event.actor.id as UserId, "token.new_network"),
    details: { network: event.details["newNetwork"] as string, ip: event.ip, userAgent: event.userAgent },
  };
}

function resetLink(event: AuditEventRecord): NoticeDraft {
  return {
    userId: event.target?.id as UserId,
    kind: "account.reset_link",
    at: event.at,
    organizationId: null,
    token: null,
    details: { by: event.actor, expiresAt: event.details["expiresAt"] as number },
  };
}

function endings(events: readonly AuditEventRecord[], owners: ReadonlyMap<TokenId, UserId>): NoticeDraft[] {
  const drafts: NoticeDraft[] = [];
  const sweeps = new Map<string, AuditEventRecord[]>();
  for (const event of events) {
    const owner = owners.get(tokenIdOf(event));
    if (owner === undefined) continue;
    if (event.action === "pat.expired") drafts.push({ ...aboutToken(event, owner, "token.expired"), details: {} });
    else if (!isOwnDoing({ by: event.actor, reason: event.details["reason"] }, owner))
      sweeps.set(owner, [...(sweeps.get(owner) ?? []), event]);
  }
  for (const [owner, sweep] of sweeps) drafts.push(revoked(owner as UserId, sweep));
  return drafts;
}

function revoked(owner: UserId, sweep: readonly AuditEventRecord[]): NoticeDraft {
  const first = sweep[0] as AuditEventRecord;
  const isInOne = sweep.every(({ organizationId }) => organizationId === first.organizationId);
  return revokedDraft({
    owner,
    at: first.at,
    by: first.actor,
    reason: first.details["reason"] as RevokedReason,
    organizationId: isInOne ? first.organizationId : null,
    tokens: sweep.map((event) => ({ id: tokenIdOf(event), name: event.target?.name ?? "" })),
    count: sweep.length,
  });
}

function aboutToken(event: AuditEventRecord, userId: UserId, kind: NewNotice["kind"]): Omit<NoticeDraft, "details"> {
  return {
    userId,
    kind,
    at: event.at,
    organizationId: event.organizationId,
    token: { id: tokenIdOf(event), name: event.target?.name ?? "" },
  };
}

function tokenIdOf({ target }: AuditEventRecord): TokenId {
  return target?.id as TokenId;
}

/** A notice names this many tokens and states the number of the others. */
export const NAMED_TOKENS = 20;

export interface NoticeRules extends Pick<Deps, "catalogue" | "settings"> {
  /** Whether the instance can send email. */
  readonly hasMail: boolean;
}

/** The content of a notice that has no id yet. */
export type NoticeDraft = Omit<NewNotice, "id">;

/**
 * Writes notices and, with mail, queues their emails. Whether a person wants an email, and whether it is still true, is
 * evaluated when it is sent. Returns whether there were any.
 */
export async function insertNotices(
  tx: Transaction,
  { hasMail }: Pick<NoticeRules, "hasMail">,
  drafts: readonly NoticeDraft[],
): Promise<boolean> {
  if (drafts.length === 0) return false;
  const notices = drafts.map((draft) => ({ ...draft, id: newId("notice") }));
  await tx.insertNotices(notices);
  if (hasMail) {
    await tx.insertEmails(
      notices.map(({ id, userId, at }) => newEmail({ kind: "notice", recipient: userId, userId, about: id }, at)),
    );
  }
  return true;
}

/**
 * Returns whether the owner ended the token: directly, or through a client that signed itself out. A secret that was
 * reported as leaked is news to its owner.
 */
export function isOwnDoing(
  { by, reason }: { readonly by: ActorRef; readonly reason: unknown },
  owner: UserId,
): boolean {
  return by.id === owner || (by.kind === "system" && reason === "self");
}

/** Builds the notice for an owner about tokens that somebody else ended together. */
export function revokedDraft(end: {
  readonly owner: UserId;
  readonly at: number;
  readonly by: ActorRef;
  readonly reason: RevokedReason;
  /** `null` when the tokens were in several organizations. */
  readonly organizationId: OrganizationId | null;
  /** The first of the tokens, or all. */
  readonly tokens: readonly { readonly id: TokenId; readonly name: string }[];
  readonly count: number;
}): NoticeDraft {
  const { owner, at, by, reason, organizationId, tokens, count } = end;
  return {
    userId: owner,
    kind: "token.revoked",
    at,
    organizationId,
    token: count === 1 ? (tokens[0] ?? null) : null,
    details: { by, reason, tokens: tokens.slice(0, NAMED_TOKENS), tokenCount: count },
  };
}

export interface Change {
  readonly organizationId: OrganizationId;
  readonly before: TokenPolicy;
  readonly next: TokenPolicy;
}

/** The rules of a policy that can take something from an existing token or its owner. */
const RESTRICTING: readonly (keyof TokenPolicy)[] = [
  "maxLifetimeDays",
  "allowNoExpiry",
  "ceiling",
  "idleDays",
  "networks",
  "mintableBy",
];

/** Writes a follow-up for a change that can take something from a member. */
async function schedulePolicyNotices(tx: Transaction, event: AuditEventRecord): Promise<void> {
  const changed = event.details["before"] as Partial<TokenPolicy>;
  if (!RESTRICTING.some((rule) => Object.hasOwn(changed, rule))) return;
  const organization = await tx.findOrganization(event.organizationId as OrganizationId);
  if (organization === null) return;
  const next = organization.policy;
  const change: Change = { organizationId: organization.id, before: { ...next, ...changed }, next };
  await tx.insertFollowUp({
    subject: event.id,
    kind: "policy",
    at: event.at,
    by: event.actor,
    reason: null,
    details: { ...change },
    progress: null,
  });
}
