// The rules of an organization for its tokens. A token stores none of them: verification reads them. So a stricter rule
// applies to existing tokens at once, and a looser one lets them work again.
import { type Ceiling, NO_CEILING } from "./authority.ts";
import { DAY_MS, MAX_EXPIRY_DAYS } from "./lifetime.ts";

export interface TokenPolicy {
  /** A token older than this is refused, and an expiry later than this cannot be chosen. `null`: no limit. */
  readonly maxLifetimeDays: number | null;
  /** Whether a token without expiry may exist. */
  readonly allowNoExpiry: boolean;
  readonly ceiling: Ceiling;
  /** The roles that may mint. It affects minting only. */
  readonly mintableBy: readonly string[];
  /** What admins may do with other members' tokens: see them in the audit log, list them, or also revoke them. */
  readonly oversight: "audit" | "list" | "list-and-revoke";
  /** Whether suspending a member revokes their tokens instead of pausing them. */
  readonly revokeOnSuspend: boolean;
  /** A token unused for longer than this is refused. `null`: no limit. */
  readonly idleDays: number | null;
  /** The client networks (CIDR) tokens may be used from. `null`: any. A request whose address is unknown is refused. */
  readonly networks: readonly string[] | null;
  readonly mcp: "read-write" | "read-only" | "off";
}

/** The rules that bind a new credential. Everyone who may create one may read them. */
export type MintingRules = Omit<TokenPolicy, "oversight" | "revokeOnSuspend">;

/** The policy of an organization that has not set one. Every role of the catalogue may mint. */
export function defaultPolicy(roles: Iterable<string>): TokenPolicy {
  return {
    maxLifetimeDays: null,
    allowNoExpiry: true,
    ceiling: NO_CEILING,
    mintableBy: [...roles],
    oversight: "list-and-revoke",
    revokeOnSuspend: false,
    idleDays: null,
    networks: null,
    mcp: "read-write",
  };
}

/** The code of the policy rule that a credential breaks. */
export type PolicyBlock = "policy_lifetime" | "policy_no_expiry" | "policy_idle" | "policy_network";

export interface PolicySubject {
  readonly createdAt: number;
  readonly expiresAt: number | null;
  readonly lastUsedAt: number | null;
}

/** The rule that a credential breaks from any network, or `null`. Lists show it as `blockedBy`. */
export function policyBlock(policy: TokenPolicy, subject: PolicySubject, now: number): PolicyBlock | null {
  if (policy.maxLifetimeDays !== null && now > subject.createdAt + policy.maxLifetimeDays * DAY_MS)
    return "policy_lifetime";
  if (!policy.allowNoExpiry && subject.expiresAt === null) return "policy_no_expiry";
  if (policy.idleDays !== null && now > (subject.lastUsedAt ?? subject.createdAt) + policy.idleDays * DAY_MS)
    return "policy_idle";
  return null;
}

/** What ends a credential by time alone: its own expiry, or a rule of the policy. */
export const END_CAUSES = ["expiry", "policy_lifetime", "policy_idle"] as const;

export type EndCause = (typeof END_CAUSES)[number];

/** An end that comes by time alone, while the policy stays and, for `policy_idle`, the credential is not used. */
export interface CredentialEnd {
  /** The first instant at which the credential is refused. */
  readonly at: number;
  readonly because: EndCause;
}

/** The rules of a policy that end credentials. */
export type EndRules = Pick<TokenPolicy, "maxLifetimeDays" | "idleDays">;

/**
 * The effective end of a credential, `null` when time alone never ends it: the earliest of its expiry and the policy's
 * limits. Verification refuses it from this instant on. At the same instant, its own expiry is the cause.
 */
export function credentialEnd(rules: EndRules, subject: PolicySubject): CredentialEnd | null {
  return earliest(endsOf(rules, subject));
}

/** How long before an end to warn of it, at most. */
export const LONGEST_WARNING_DAYS = 14;

/**
 * The end to warn of at `now`, or `null`. Every warning starts when a quarter of the life is left, and at most 14 days
 * before the end. The life counts from the creation; for the idle limit, from the last use.
 */
export function nearEnd(rules: EndRules, subject: PolicySubject, now: number): CredentialEnd | null {
  const near = endsOf(rules, subject).filter((end) => warnsFrom(end) <= now && now < end.at);
  return earliest(near);
}

/** From when to warn of the credential's effective end, or `null` when it has none. */
export function endWarningAt(rules: EndRules, subject: PolicySubject): number | null {
  const end = first(endsOf(rules, subject));
  return end === null ? null : warnsFrom(end);
}

interface Life extends CredentialEnd {
  readonly since: number;
}

/** The end that cannot move, and the one that each use moves. */
function endsOf({ maxLifetimeDays, idleDays }: EndRules, subject: PolicySubject): readonly Life[] {
  const { createdAt, expiresAt, lastUsedAt } = subject;
  const ends: Life[] = [];
  const lifetimeEnd = maxLifetimeDays === null ? null : afterDays(createdAt, maxLifetimeDays);
  if (expiresAt !== null && (lifetimeEnd === null || expiresAt <= lifetimeEnd))
    ends.push({ since: createdAt, at: expiresAt, because: "expiry" });
  else if (lifetimeEnd !== null) ends.push({ since: createdAt, at: lifetimeEnd, because: "policy_lifetime" });
  if (idleDays !== null) {
    const since = lastUsedAt ?? createdAt;
    ends.push({ since, at: afterDays(since, idleDays), because: "policy_idle" });
  }
  return ends;
}

/** A limit of days refuses only what is older, so its end is a millisecond later. */
function afterDays(since: number, days: number): number {
  return since + days * DAY_MS + 1;
}

function warnsFrom({ since, at }: Life): number {
  return at - Math.min(LONGEST_WARNING_DAYS * DAY_MS, Math.floor((at - since) / 4));
}

function first(ends: readonly Life[]): Life | null {
  const [one, other] = ends;
  if (one === undefined) return null;
  return other === undefined || one.at <= other.at ? one : other;
}

function earliest(ends: readonly Life[]): CredentialEnd | null {
  const end = first(ends);
  return end === null ? null : { at: end.at, because: end.because };
}

/** After the first notice of an end, the holder is notified again so many days before it. */
const LATER_NOTICE_DAYS: readonly number[] = [7, 1];

/**
 * When to notify of an end: when the warning starts, and 7 and 1 days before, where that is at most half of the time
 * that the first notice left. A policy's end is also announced when it has come; an expiry has its own event.
 */
function noticesOf(end: Life): readonly number[] {
  const start = warnsFrom(end);
  const later = LATER_NOTICE_DAYS.filter((days) => 2 * days * DAY_MS <= end.at - start);
  const ended = end.because === "expiry" ? [] : [end.at];
  return [start, ...later.map((days) => end.at - days * DAY_MS), ...ended];
}

/** The next instant after `now` at which the holder may have to be notified of an end, or `null`. */
export function nextEndNoticeAt(rules: EndRules, subject: PolicySubject, now: number): number | null {
  const instants = endsOf(rules, subject)
    .flatMap(noticesOf)
    .filter((at) => at > now);
  return instants.length === 0 ? null : Math.min(...instants);
}

/** What to tell the holder of a credential: an end is near, or a rule of the policy has ended it. */
export interface EndNews {
  readonly kind: "near" | "over";
  readonly end: CredentialEnd;
}

/**
 * The news for the notice that was due at `due`, as things are at `now`; `null` when there is none, because the end has
 * moved. When several notices are overdue, only the latest is left.
 */
export function endNews(rules: EndRules, subject: PolicySubject, due: number, now: number): EndNews | null {
  const ends = endsOf(rules, subject);
  const over = first(ends.filter(({ at }) => at <= now));
  const isDue = (end: Life): boolean => noticesOf(end).some((at) => due <= at && at <= now);
  if (over !== null)
    return over.because !== "expiry" && isDue(over) ? { kind: "over", end: earliest([over]) as CredentialEnd } : null;
  const end = earliest(ends.filter((one) => warnsFrom(one) <= now && isDue(one)));
  return end === null ? null : { kind: "near", end };
}

/**
 * When to notify next after a change of the policy: at once when it brought an end near, otherwise as the new rules say.
 */
export function endNoticeAfterChange(
  rules: { readonly before: EndRules; readonly next: EndRules },
  subject: PolicySubject,
  now: number,
): number | null {
  const before = nearEnd(rules.before, subject, now);
  const next = first(endsOf(rules.next, subject).filter((end) => warnsFrom(end) <= now && now < end.at));
  const isNews = next !== null && (before === null || next.at < before.at);
  return isNews ? warnsFrom(next) : nextEndNoticeAt(rules.next, subject, now);
}

export type MintRefusal = "policy_mint" | "expiry_required" | "policy_lifetime";

/** Why the policy refuses this minting, or `null`. A missing expiry counts as infinite. */
export function mintRefusal(
  policy: TokenPolicy,
  request: { readonly role: string; readonly expiresAt: number | null },
  now: number,
): MintRefusal | null {
  if (!policy.mintableBy.includes(request.role)) return "policy_mint";
  return expiryRefusal(policy, request.expiresAt, now);
}

/** The part of a policy that limits the expiry of a new credential. */
export type ExpiryRule = Pick<TokenPolicy, "maxLifetimeDays" | "allowNoExpiry">;

/** The longest a new credential with an expiry may last, in days. */
export function longestLifetimeDays({ maxLifetimeDays }: ExpiryRule): number {
  return Math.min(maxLifetimeDays ?? MAX_EXPIRY_DAYS, MAX_EXPIRY_DAYS);
}

/** Why the policy refuses this expiry for a new credential, or `null`. */
export function expiryRefusal(
  policy: ExpiryRule,
  expiresAt: number | null,
  now: number,
): "expiry_required" | "policy_lifetime" | null {
  if (expiresAt === null) return policy.allowNoExpiry && policy.maxLifetimeDays === null ? null : "expiry_required";
  if (policy.maxLifetimeDays !== null && expiresAt > now + policy.maxLifetimeDays * DAY_MS) return "policy_lifetime";
  return null;
}
