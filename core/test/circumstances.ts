// Every circumstance that can end, rest or block a credential, combined with every other.
import assert from "node:assert/strict";
import { createCatalogue } from "../src/authority.ts";
import { DAY_MS } from "../src/lifetime.ts";
import type { ApiKeyId, MembershipId, OrganizationId, TokenId, UserId } from "../src/format.ts";
import { defaultPolicy } from "../src/policy.ts";
import type { EvaluationContext, Facts, RevokedReason } from "../src/verdict.ts";

export const NOW: number = Date.UTC(2026, 10, 22, 12);

const created = createCatalogue();
export const catalogue = created.ok ? created.catalogue : assert.fail(created.problems.join());

const REASONS: readonly (RevokedReason | null)[] = [
  null,
  "self",
  "admin",
  "replaced",
  "member_removed",
  "organization_deleted",
  "user_deleted",
  "suspended",
  "leaked",
  "idle",
];

export interface Circumstances {
  readonly kind: "pat" | "api_key";
  readonly revoked: RevokedReason | null;
  /** Whether all tokens of its membership were revoked together. */
  readonly isSwept: boolean;
  readonly isOrganizationDeleted: boolean;
  readonly isUserDeleted: boolean;
  readonly isMembershipEnded: boolean;
  readonly expiry: "none" | "past" | "now" | "future";
  readonly isUserSuspended: boolean;
  readonly isMembershipSuspended: boolean;
  readonly isPersonal: boolean;
  readonly allowPersonal: boolean;
  readonly isTooOld: boolean;
  readonly mustExpire: boolean;
  readonly isIdle: boolean;
  /** Whether the policy names networks, and where the client then is. */
  readonly network: "any" | "inside" | "outside";
}

const BOTH = [false, true] as const;

const DOMAINS: { readonly [K in keyof Circumstances]: readonly Circumstances[K][] } = {
  kind: ["pat", "api_key"],
  revoked: REASONS,
  isSwept: BOTH,
  isOrganizationDeleted: BOTH,
  isUserDeleted: BOTH,
  isMembershipEnded: BOTH,
  expiry: ["none", "past", "now", "future"],
  isUserSuspended: BOTH,
  isMembershipSuspended: BOTH,
  isPersonal: BOTH,
  allowPersonal: BOTH,
  isTooOld: BOTH,
  mustExpire: BOTH,
  isIdle: BOTH,
  network: ["any", "inside", "outside"],
};

/** All 491,520 of them. */
export function* everyCircumstance(): Generator<Circumstances> {
  const names = Object.keys(DOMAINS) as (keyof Circumstances)[];
  const combine = function* (from: number, given: Record<string, unknown>): Generator<Circumstances> {
    const name = names[from];
    if (name === undefined) yield given as unknown as Circumstances;
    else for (const value of DOMAINS[name]) yield* combine(from + 1, { ...given, [name]: value });
  };
  yield* combine(0, {});
}

const EXPIRIES: Readonly<Record<Circumstances["expiry"], number | null>> = {
  none: null,
  past: NOW - 1,
  now: NOW,
  future: NOW + 1,
};

const when = (holds: boolean): number | null => (holds ? NOW - 1000 : null);

/** A credential in these circumstances. */
export function factsOf(given: Circumstances): Facts {
  const credential = {
    name: "CI",
    permissions: ["members:read"],
    createdAt: NOW - 10 * DAY_MS,
    expiresAt: EXPIRIES[given.expiry],
    lastUsedAt: given.isIdle ? NOW - 5 * DAY_MS - 1 : NOW - 5 * DAY_MS,
    revokedAt: when(given.revoked !== null),
    revokedReason: given.revoked,
    organization: {
      id: "org_1" as OrganizationId,
      name: "Acme",
      personal: given.isPersonal,
      externalId: null,
      deletedAt: when(given.isOrganizationDeleted),
      policy: {
        ...defaultPolicy(catalogue.roles.keys()),
        maxLifetimeDays: given.isTooOld ? 9 : 10,
        allowNoExpiry: !given.mustExpire,
        idleDays: 5,
        networks: given.network === "any" ? null : ["203.0.113.0/24"],
      },
    },
  } as const;
  if (given.kind === "api_key") {
    return { ...credential, kind: "api_key", id: "key_1" as ApiKeyId, prefix: "mm_key_abc", role: "admin" };
  }
  return {
    ...credential,
    kind: "pat",
    id: "pat_1" as TokenId,
    isSwept: given.isSwept,
    prefix: "mm_pat_abc",
    membership: {
      id: "mem_1" as MembershipId,
      role: "viewer",
      suspendedAt: when(given.isMembershipSuspended),
      endedAt: when(given.isMembershipEnded),
    },
    user: {
      id: "usr_1" as UserId,
      name: "Ann",
      email: "ann@example.com",
      emailVerifiedAt: NOW - 1000,
      externalId: "user 1",
      suspendedAt: when(given.isUserSuspended),
      deletedAt: when(given.isUserDeleted),
    },
  };
}

export function contextOf(given: Circumstances): EvaluationContext {
  return {
    catalogue,
    now: NOW,
    allowPersonal: given.allowPersonal,
    isClientIn: () => given.network === "inside",
  };
}
