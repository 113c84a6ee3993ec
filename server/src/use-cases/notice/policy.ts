// Notifies members of a change of the token policy that takes something away from them, and sets anew when the ends of
// tokens and API keys are announced, because the change may have moved them.
// Rule: the change is in force when its transaction commits. An organization may have too many tokens to evaluate them
// all in that transaction, so a follow-up evaluates them step by step.
import {
  type ApiKeyId,
  type Catalogue,
  credentialEnd,
  endNoticeAfterChange,
  type OrganizationId,
  type PolicyEffect,
  policyEffect,
  type TokenId,
  type TokenPolicy,
  type UserId,
} from "@mintmark/core";
import { isAddressIn } from "../../network/client-address.ts";
import type { Cursor, FollowUp, Page, TokenRecord, Transaction } from "../../store/store.ts";
import { type Change, insertNotices, NAMED_TOKENS, type NoticeDraft, type NoticeRules } from "./from-events.ts";

interface Loss {
  /** The first of the affected tokens. */
  readonly named: { readonly id: TokenId; readonly name: string }[];
  stopped: number;
  narrowed: number;
}

/** The members up to `after` are done. Of the next one, tokens beyond `cursor` still have to be evaluated. */
interface Progress {
  readonly after: UserId | null;
  readonly within: { readonly userId: UserId; readonly cursor: Cursor; readonly loss: Loss } | null;
  /** After the members, the API keys: those beyond `after` still have to be looked at. */
  readonly keys?: { readonly after: Cursor | null };
}

/** How many members and tokens one step evaluates. Few, since SQLite allows no other writes meanwhile. */
const MEMBERS_AT_ONCE = 20;
const TOKENS_AT_ONCE = 100;

/**
 * Runs one step. Each member gets one notice if a token of theirs that worked is refused now or has fewer permissions,
 * or if their role may no longer mint. The author of the change gets none.
 */
export async function createPolicyNotices(
  rules: NoticeRules,
  tx: Transaction,
  followUp: FollowUp,
): Promise<{ readonly progress: FollowUp["progress"]; readonly hasNotified: boolean }> {
  const change = followUp.details as unknown as Change;
  const begun: Progress = (followUp.progress as Progress | null) ?? { after: null, within: null };
  let { after, within } = begun;
  const organization = await tx.findOrganization(change.organizationId);
  if (organization === null || organization.deletedAt !== null) return { progress: null, hasNotified: false };
  if (begun.keys !== undefined) return rescheduleKeys(tx, change, begun, followUp.at);
  const members = await tx.listMembersInOrder(change.organizationId, { after, limit: MEMBERS_AT_ONCE });
  const barred = rolesThatLoseMinting(rules.catalogue, change.before, change.next);
  const drafts: NoticeDraft[] = [];
  const ends = new Map<TokenId, number | null>();
  let room = TOKENS_AT_ONCE;
  for (const { userId, role } of members) {
    const half: Progress["within"] = within?.userId === userId ? within : null;
    const loss = half?.loss ?? { named: [], stopped: 0, narrowed: 0 };
    let cursor: Cursor | null = half?.cursor ?? null;
    do {
      const page: Page<TokenRecord> = await tx.listTokensOfUser(userId, change.organizationId, {
        limit: Math.max(room, 1),
        after: cursor,
      });
      for (const token of page.items) {
        add(loss, token, effectOn(rules, token, change, followUp.at));
        if (token.revokedAt === null) ends.set(token.id, endNoticeAfterChange(change, token, followUp.at));
      }
      room -= page.items.length;
      cursor = page.next;
    } while (cursor !== null && room > 0);
    within = cursor === null ? null : { userId, cursor, loss };
    if (within !== null) break;
    const cannotMint = barred.includes(role);
    if ((cannotMint || loss.named.length > 0) && userId !== followUp.by.id)
      drafts.push(draftOf(followUp, change.organizationId, userId, { ...loss, cannotMint }));
    after = userId;
    if (room <= 0) break;
  }
  const hasNotified = await insertNotices(tx, rules, drafts);
  if (movesEnds(change)) await tx.setEndNoticesAt("pat", ends);
  const keys = movesEnds(change) ? { after, within, keys: { after: null } } : null;
  return { progress: members.length === 0 ? keys : { after, within }, hasNotified };
}

function movesEnds({ before, next }: Change): boolean {
  return before.maxLifetimeDays !== next.maxLifetimeDays || before.idleDays !== next.idleDays;
}

/** Runs one step over the API keys. A key that the change ends has no other notice, so its end is announced at once. */
async function rescheduleKeys(
  tx: Transaction,
  change: Change,
  progress: Progress,
  now: number,
): Promise<{ readonly progress: FollowUp["progress"]; readonly hasNotified: boolean }> {
  const page = { limit: TOKENS_AT_ONCE, after: progress.keys?.after ?? null };
  const { items, next } = await tx.listUnrevokedApiKeys(change.organizationId, page);
  const ends = new Map<ApiKeyId, number | null>();
  for (const key of items) {
    const [was, end] = [credentialEnd(change.before, key), credentialEnd(change.next, key)];
    const hasEnded = end !== null && end.at <= now && (was === null || was.at > now);
    ends.set(key.id, hasEnded ? end.at : endNoticeAfterChange(change, key, now));
  }
  await tx.setEndNoticesAt("api_key", ends);
  return { progress: next === null ? null : { ...progress, keys: { after: next } }, hasNotified: false };
}

function add(loss: Loss, { id, name }: TokenRecord, effect: PolicyEffect["kind"] | null): void {
  if (effect !== "stops" && effect !== "narrows") return;
  loss[effect === "stops" ? "stopped" : "narrowed"]++;
  if (loss.named.length < NAMED_TOKENS) loss.named.push({ id, name });
}

/** Evaluates the token as of `at`: one that was minted later, or had already ended, loses nothing. */
function effectOn(
  { catalogue, settings }: NoticeRules,
  token: TokenRecord,
  { before, next }: Change,
  at: number,
): PolicyEffect["kind"] | null {
  if (token.createdAt > at) return null;
  const facts = { ...token, organization: { ...token.organization, policy: before } };
  const { effect } = policyEffect(facts, next, {
    catalogue,
    now: at,
    allowPersonal: settings.allowPersonalTokens,
    // Assume the network of the last use. An unused token has none, so the network rule cannot stop it here.
    isClientIn: (networks) => token.lastUsedIp === null || isAddressIn(token.lastUsedIp, networks),
  });
  return effect?.kind ?? null;
}

function rolesThatLoseMinting(catalogue: Catalogue, before: TokenPolicy, next: TokenPolicy): readonly string[] {
  return before.mintableBy.filter(
    (role) => !next.mintableBy.includes(role) && catalogue.permissionsOf(role).includes("tokens:create"),
  );
}

function draftOf(
  { at, by }: FollowUp,
  organizationId: OrganizationId,
  userId: UserId,
  { named, ...counts }: Loss & { readonly cannotMint: boolean },
): NoticeDraft {
  return {
    userId,
    kind: "policy.changed",
    at,
    organizationId,
    token: named.length === 1 ? (named[0] ?? null) : null,
    details: { by, tokens: named, tokenCount: counts.stopped + counts.narrowed, ...counts },
  };
}
