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

/** The first instant at which a rule about time refuses the credential; infinite when none does. */
export function policyEnd(policy: TokenPolicy, { createdAt, lastUsedAt }: PolicySubject): number {
  const endOf = (since: number, days: number | null): number =>
    days === null ? Number.POSITIVE_INFINITY : since + days * DAY_MS + 1;
  return Math.min(endOf(createdAt, policy.maxLifetimeDays), endOf(lastUsedAt ?? createdAt, policy.idleDays));
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
