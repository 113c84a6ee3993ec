// The verdict on one credential at one moment. A refusal is a value with a code, never an exception.
// Precedence: revoked (by its reason), expired, suspended, policy.
import { type Catalogue, effectivePermissions } from "./authority.ts";
import type { ErrorCode } from "./error-code.ts";
import type { ApiKeyId, MembershipId, OrganizationId, TokenId, UserId } from "./format.ts";
import { DEFAULT_SOURCE } from "./management.ts";
import { credentialEnd, type CredentialEnd, nearEnd, policyBlock, type TokenPolicy } from "./policy.ts";

/** Why a credential was revoked, as its tombstone keeps it. */
export type RevokedReason =
  | "self"
  | "admin"
  | "replaced"
  | "member_removed"
  | "organization_deleted"
  | "user_deleted"
  | "suspended"
  | "leaked"
  | "idle"
  | "address_proved";

interface CredentialFacts {
  readonly name: string;
  readonly prefix: string;
  readonly permissions: readonly string[] | null;
  readonly createdAt: number;
  readonly expiresAt: number | null;
  readonly lastUsedAt: number | null;
  readonly revokedAt: number | null;
  readonly revokedReason: RevokedReason | null;
  readonly organization: {
    readonly id: OrganizationId;
    readonly name: string;
    readonly personal: boolean;
    /** The id by which the host knows it, or `null`. */
    readonly externalId: string | null;
    readonly deletedAt: number | null;
    readonly policy: TokenPolicy;
  };
}

/** A personal access token and everything that its verdict depends on, read in one statement. */
export interface TokenFacts extends CredentialFacts {
  readonly kind: "pat";
  readonly id: TokenId;
  /** Whether all tokens of its membership were revoked together. Its own tombstone may follow later. */
  readonly isSwept: boolean;
  readonly membership: {
    readonly id: MembershipId;
    readonly role: string;
    readonly suspendedAt: number | null;
    readonly endedAt: number | null;
  };
  readonly user: {
    readonly id: UserId;
    readonly name: string;
    readonly email: string;
    readonly emailVerifiedAt: number | null;
    /** The id by which the host knows the user, or `null`. */
    readonly externalId: string | null;
    readonly suspendedAt: number | null;
    readonly deletedAt: number | null;
  };
}

/** The same for an API key. It has no membership and no user, and stays when its creator leaves. */
export interface ApiKeyFacts extends CredentialFacts {
  readonly kind: "api_key";
  readonly id: ApiKeyId;
  readonly role: string;
}

export type Facts = TokenFacts | ApiKeyFacts;

/** The identity and the permissions of a request. */
export interface Principal {
  readonly credential: {
    readonly kind: "pat" | "api_key";
    readonly id: TokenId | ApiKeyId;
    readonly name: string;
    readonly prefix: string;
    readonly expiresAt: number | null;
    /** Its effective end after this use; `null`: time alone never ends it. */
    readonly end: CredentialEnd | null;
    /** The end to warn of now, or `null`. */
    readonly nearEnd: CredentialEnd | null;
  };
  /** `null` for an API key. */
  readonly user: {
    readonly id: UserId;
    readonly name: string;
    readonly email: string;
    readonly emailVerified: boolean;
    /** The id by which the host knows the user, or `null`. */
    readonly externalId: string | null;
  } | null;
  /** `null` for an API key. */
  readonly membershipId: MembershipId | null;
  readonly organization: {
    readonly id: OrganizationId;
    readonly name: string;
    readonly personal: boolean;
    /** The id by which the host knows it, or `null`. */
    readonly externalId: string | null;
  };
  readonly role: string;
  /** Effective permissions, in catalogue order. */
  readonly permissions: readonly string[];
}

export type Verdict =
  | { readonly ok: true; readonly principal: Principal }
  | { readonly ok: false; readonly code: RefusalCode };

export type RefusalCode = Extract<
  ErrorCode,
  | "token_revoked"
  | "token_expired"
  | "member_removed"
  | "member_suspended"
  | "user_suspended"
  | "user_deleted"
  | "organization_deleted"
  | "personal_organization_denied"
  | "policy_lifetime"
  | "policy_no_expiry"
  | "policy_network"
  | "policy_idle"
>;

export interface EvaluationContext {
  readonly catalogue: Catalogue;
  readonly now: number;
  /** Whether tokens of personal organizations work at all (`MINTMARK_PERSONAL_TOKENS`). */
  readonly allowPersonal: boolean;
  /** Whether the client's address lies in one of these CIDR networks; `false` when the address is unknown. */
  readonly isClientIn: (networks: readonly string[]) => boolean;
}

/** Evaluates a credential completely: whether the request may continue, and as which principal. */
export function evaluate(facts: Facts, context: EvaluationContext): Verdict {
  const code = refusalOf(facts, context);
  if (code !== null) return { ok: false, code };
  const { networks } = facts.organization.policy;
  if (networks !== null && !context.isClientIn(networks)) return { ok: false, code: "policy_network" };
  return { ok: true, principal: principalOf(facts, context) };
}

/** Why a credential is refused from any network, or `null`. */
export function refusalOf(facts: Facts, context: Pick<EvaluationContext, "now" | "allowPersonal">): RefusalCode | null {
  const { organization } = facts;
  const gone = revocationOf(facts);
  if (gone !== null) return gone;
  if (facts.expiresAt !== null && context.now >= facts.expiresAt) return "token_expired";
  if (facts.kind === "pat" && facts.user.suspendedAt !== null) return "user_suspended";
  if (facts.kind === "pat" && facts.membership.suspendedAt !== null) return "member_suspended";
  if (organization.personal && !context.allowPersonal) return "personal_organization_denied";
  return policyBlock(organization.policy, facts, context.now);
}

/** The first instant at which time alone ends an active credential. Until then it stays active while no fact changes. */
export function goodUntil(facts: Facts): number {
  return credentialEnd(facts.organization.policy, facts)?.at ?? NEVER;
}

/**
 * The end of a credential whose own tombstone has not been written yet, or `null`. It is the earliest end among its user,
 * organization and membership, in this order at the same instant. When all tokens of a membership were revoked together,
 * the credential does not hold the instant; its creation stands in for it.
 */
export function endOf(facts: Facts): { readonly at: number; readonly reason: RevokedReason } | null {
  const organizationEnd = facts.organization.deletedAt;
  if (facts.kind === "api_key") {
    return organizationEnd === null ? null : { at: organizationEnd, reason: "organization_deleted" };
  }
  if (facts.isSwept) return { at: facts.createdAt, reason: "admin" };
  const [userEnd, membershipEnd] = [facts.user.deletedAt, facts.membership.endedAt];
  if (userEnd === null && organizationEnd === null && membershipEnd === null) return null;
  const at = Math.min(userEnd ?? NEVER, organizationEnd ?? NEVER, membershipEnd ?? NEVER);
  if (userEnd === at) return { at, reason: "user_deleted" };
  return { at, reason: organizationEnd === at ? "organization_deleted" : "member_removed" };
}

const NEVER = Number.POSITIVE_INFINITY;

// A tombstone on its user, organization or membership ends a credential, even while its own row has none.
function revocationOf(facts: Facts): RefusalCode | null {
  const reason = facts.revokedAt === null ? (endOf(facts)?.reason ?? null) : facts.revokedReason;
  switch (reason) {
    case null:
      return facts.revokedAt === null ? null : "token_revoked";
    case "member_removed":
    case "organization_deleted":
    case "user_deleted":
      return reason;
    default:
      return "token_revoked";
  }
}

function principalOf(facts: Facts, { catalogue, now }: EvaluationContext): Principal {
  const { organization, kind, id, name, prefix, createdAt, expiresAt } = facts;
  const role = kind === "pat" ? facts.membership.role : facts.role;
  // The request that is evaluated is a use, and moves the end of an idle credential.
  const used = { createdAt, expiresAt, lastUsedAt: now };
  return {
    credential: {
      kind,
      id,
      name,
      prefix,
      expiresAt,
      end: credentialEnd(organization.policy, used),
      nearEnd: nearEnd(organization.policy, used, now),
    },
    user:
      facts.kind === "api_key"
        ? null
        : {
            id: facts.user.id,
            name: facts.user.name,
            email: facts.user.email,
            emailVerified: facts.user.emailVerifiedAt !== null,
            externalId: facts.user.externalId,
          },
    membershipId: facts.kind === "pat" ? facts.membership.id : null,
    organization: {
      id: organization.id,
      name: organization.name,
      personal: organization.personal,
      externalId: organization.externalId,
    },
    role,
    permissions: effectivePermissions(catalogue, {
      role,
      listed: facts.permissions,
      ceiling: organization.policy.ceiling,
    }),
  };
}

/**
 * The id by which the host knows a user or organization, or `null`. Verification tells a product this one alone: an id of
 * another source, such as an identity provider, could be that of somebody else in the product.
 */
export function hostIdOf(known: {
  readonly externalSource: string | null;
  readonly externalId: string | null;
}): string | null {
  return known.externalSource === DEFAULT_SOURCE ? known.externalId : null;
}

/** The state of a credential, as lists show it. */
export type CredentialState = "active" | "expired" | "revoked" | "suspended" | "blocked";

/** The state, and the rule that blocks the credential. It ignores networks, because a list has no client. */
export function credentialState(
  facts: Facts,
  context: Pick<EvaluationContext, "now" | "allowPersonal">,
): { readonly state: CredentialState; readonly blockedBy: RefusalCode | null } {
  const code = refusalOf(facts, context);
  switch (code) {
    case null:
      return { state: "active", blockedBy: null };
    case "token_expired":
      return { state: "expired", blockedBy: null };
    case "user_suspended":
    case "member_suspended":
      return { state: "suspended", blockedBy: null };
    case "token_revoked":
    case "member_removed":
    case "user_deleted":
    case "organization_deleted":
      return { state: "revoked", blockedBy: null };
    default:
      return { state: "blocked", blockedBy: code };
  }
}
