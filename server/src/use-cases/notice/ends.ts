// Announces the ends of tokens and API keys that come by time alone: those that are near, by an expiry or by the policy, and
// those that the policy has just brought. The `expired` events announce the expiries themselves (from-events.ts).
// Rule: whether there is something to announce is decided when the notice is due, and again when its email is sent, with
// the policy and the last use of that moment. So nobody is warned of an end that has moved.
import {
  type ApiKeyId,
  credentialState,
  type CredentialEnd,
  DAY_MS,
  endNews,
  nearEnd,
  nextEndNoticeAt,
  type TokenId,
} from "@mintmark/core";
import { inSteps, nextTurn } from "../../bounded.ts";
import type { ApiKeyRecord, NoticeRecord, TokenRecord, Transaction } from "../../store/store.ts";
import type { Deps } from "../use-case.ts";
import { apiKeyAudience, insertNotices, type NoticeDraft } from "./from-events.ts";

type Credential = TokenRecord | ApiKeyRecord;

type EndDeps = Pick<Deps, "store" | "clock" | "mailer" | "settings">;

/** How many credentials one transaction looks at. Few, since SQLite allows no other writes meanwhile. */
const AT_ONCE = 50;

/**
 * Notifies of the ends that are due, once each, with any number of replicas. Of several that are overdue, only the latest
 * is announced. A token that has a replacement is not announced.
 */
export async function announceEnds(deps: EndDeps, signal?: AbortSignal): Promise<void> {
  for (const kind of ["pat", "api_key"] as const) {
    await inSteps(async () => {
      const looked = await deps.store.transaction((tx) => announceSome(deps, tx, kind));
      return looked === AT_ONCE;
    }, signal);
  }
}

async function announceSome(
  deps: Pick<Deps, "clock" | "mailer" | "settings">,
  tx: Transaction,
  kind: "pat" | "api_key",
): Promise<number> {
  const now = deps.clock();
  const due = await tx.lockDueEndNotices(kind, now, AT_ONCE);
  if (due.length === 0) return 0;
  const dueAt = new Map<string, number>(due.map((one) => [one.id, one.dueAt]));
  const ids = [...dueAt.keys()];
  const credentials: readonly Credential[] =
    kind === "pat" ? await tx.listTokensById(ids as TokenId[]) : await tx.listApiKeysById(ids as ApiKeyId[]);
  const replaced = await tx.selectReplacedTokens(kind === "pat" ? (ids as TokenId[]) : [], now);
  // SQLite statements block the event loop, so serve other requests between them.
  await nextTurn();
  const drafts: NoticeDraft[] = [];
  const outdated: (TokenId | ApiKeyId)[] = [];
  const next = new Map<TokenId | ApiKeyId, number | null>();
  for (const credential of credentials) {
    const { policy } = credential.organization;
    const news = endNews(policy, credential, dueAt.get(credential.id) ?? now, now);
    const isOver = news?.kind === "over";
    next.set(credential.id, credential.revokedAt === null ? nextEndNoticeAt(policy, credential, now) : null);
    if (isOver || nearEnd(policy, credential, now) === null) outdated.push(credential.id);
    if (news === null || replaced.has(credential.id as TokenId) || !isToBeAnnounced(deps, credential, isOver, now))
      continue;
    for (const userId of await audienceOf(tx, credential, now)) drafts.push(draftOf(credential, userId, news, now));
  }
  if (outdated.length > 0) await tx.withdrawWarnings(outdated, now, { alsoEnded: false });
  await insertNotices(tx, { hasMail: deps.mailer !== null }, drafts);
  await tx.setEndNoticesAt(kind, next);
  await nextTurn();
  return due.length;
}

/** A warning is for a credential that works or is paused. An end by the policy is announced while the policy is the reason of the refusal. */
function isToBeAnnounced(
  { settings }: Pick<Deps, "settings">,
  credential: Credential,
  isOver: boolean,
  now: number,
): boolean {
  const { state, blockedBy } = credentialState(credential, { now, allowPersonal: settings.allowPersonalTokens });
  if (isOver) return blockedBy === "policy_lifetime" || blockedBy === "policy_idle";
  return state === "active" || state === "suspended";
}

/** The owner of a token; the maker of an API key, while a member, and the owners of its organization. */
async function audienceOf(tx: Transaction, credential: Credential, now: number) {
  return credential.kind === "pat" ? [credential.user.id] : apiKeyAudience(tx, credential, now);
}

function draftOf(
  credential: Credential,
  userId: NoticeDraft["userId"],
  { kind, end }: { readonly kind: "near" | "over"; readonly end: CredentialEnd },
  now: number,
): NoticeDraft {
  const { id, name, organization } = credential;
  const about = credential.kind === "pat" ? "token" : "api_key";
  return {
    userId,
    kind: `${about}.${kind === "near" ? "expiring" : "expired"}`,
    at: now,
    organizationId: organization.id,
    token: { id, name },
    details: kind === "near" ? warningOf(end, now) : { expiresAt: end.at, because: end.because },
  };
}

function warningOf({ at, because }: CredentialEnd, now: number): NoticeRecord["details"] {
  return { expiresAt: at, because, daysLeft: Math.ceil((at - now) / DAY_MS) };
}

/**
 * Returns a notice as it is true now, for its email, or `null` when it no longer is: the credential was revoked or
 * replaced, has ended, or its end has moved away. A warning counts the days that are left.
 */
export async function currentNotice(
  { settings }: Pick<Deps, "settings">,
  tx: Transaction,
  notice: NoticeRecord,
  now: number,
): Promise<NoticeRecord | null> {
  const { kind, token } = notice;
  const isWarning = kind === "token.expiring" || kind === "api_key.expiring";
  if (token === null || !(isWarning || kind === "token.expired" || kind === "api_key.expired")) return notice;
  const isToken = kind === "token.expiring" || kind === "token.expired";
  const credential = isToken ? await tx.findToken(token.id as TokenId) : await tx.findApiKey(token.id as ApiKeyId);
  if (credential === null || credential.revokedAt !== null) return null;
  if (isToken && (await tx.selectReplacedTokens([token.id as TokenId], now)).size > 0) return null;
  if (!isWarning) return notice;
  const end = nearEnd(credential.organization.policy, credential, now);
  if (end === null || !isToBeAnnounced({ settings }, credential, false, now)) return null;
  return { ...notice, details: warningOf(end, now) };
}
