// Mints personal access tokens, for a person, a replacement or a device login.
// Rule: a token stays bound to the membership that minted it, and only its name can change. The membership is locked,
// so a mint that races a removal leaves no active token behind.
// Deliberately absent: a new secret for an existing token. Replacing mints a second token (replace.ts).
import {
  DAY_MS,
  mintRefusal,
  nextEndNoticeAt,
  type OrganizationId,
  prefixOf,
  type Secret,
  type TokenId,
  type TokenPolicy,
} from "@mintmark/core";
import { hashSecret, newId, newSecret } from "../../secrets/generate.ts";
import {
  type MembershipRecord,
  type NewToken,
  newTokenRecord,
  type OrganizationRecord,
  type TokenRecord,
  type Transaction,
  type UserRecord,
} from "../../store/store.ts";
import { type Deps, eventBy, notFound, reaches, Refusal, type SessionActor } from "../use-case.ts";
import { activeOrganization, permissionDenied, requireLiveSession, requireRecentPassword } from "../authority.ts";
import { type ExpiryChoice, requireExpiry, requireName, requirePermissions } from "../input.ts";
import { limitMints, requireRoom } from "../limits/limits.ts";

export interface MintInput extends ExpiryChoice {
  readonly name: string;
  /** Without it, the token has whatever the owner's role allows, now and later. */
  readonly permissions?: readonly string[] | null | undefined;
  /** Defaults to the session's active organization. */
  readonly organizationId?: OrganizationId | undefined;
}

/** A new token and its secret. Only this result contains the secret in plaintext. */
export interface Minted {
  readonly token: TokenRecord;
  readonly secret: Secret;
}

/**
 * Mints a token pinned to the caller's membership. Refuses an invalid name or expiry, permissions beyond the role,
 * anything that the policy forbids, and more than the mint limit. A refusal leaves nothing behind.
 */
export async function mintToken(deps: Deps, actor: SessionActor, input: MintInput): Promise<Minted> {
  const name = requireName(input.name);
  const expiresAt = requireExpiry(input, deps.clock());
  await limitMints(deps, actor.user.id);
  return deps.store.transaction(async (tx) => {
    const minter = await lockMinter(deps, tx, actor, input.organizationId ?? activeOrganization(actor));
    const permissions = requirePermissions(deps.catalogue, input.permissions, minter.held);
    requireMintable(deps, actor, minter.organization.policy, { role: minter.membership.role, expiresAt });
    return insertMinted(deps, tx, actor, minter, { name, permissions, expiresAt, replaces: null });
  });
}

/** Inserts the token and its audit event. Returns the record and the secret. */
export async function insertMinted(
  deps: Pick<Deps, "clock" | "settings">,
  tx: Transaction,
  actor: SessionActor,
  minter: Minter,
  content: {
    readonly name: string;
    readonly permissions: readonly string[] | null;
    readonly expiresAt: number | null;
    readonly replaces: TokenId | null;
  },
): Promise<Minted> {
  const secret = newSecret(deps.settings.brand, "pat");
  const id = newId("token");
  const createdAt = deps.clock();
  const token: NewToken = {
    id,
    prefix: prefixOf(secret),
    createdAt,
    ...content,
    hash: hashSecret(secret),
    expiryNoticeAt: nextEndNoticeAt(
      minter.organization.policy,
      { createdAt, expiresAt: content.expiresAt, lastUsedAt: null },
      createdAt,
    ),
    userId: minter.user.id,
    organizationId: minter.organization.id,
    membershipId: minter.membership.id,
  };
  await tx.insertToken(token);
  await tx.insertAuditEvents([
    eventBy(actor, {
      at: createdAt,
      organizationId: minter.organization.id,
      action: "pat.created",
      target: { kind: "pat", id, name: content.name },
      details: {
        prefix: token.prefix,
        permissions: content.permissions,
        expiresAt: content.expiresAt,
        replaces: content.replaces,
      },
    }),
  ]);
  return { token: newTokenRecord(token, minter), secret };
}

export interface Minter {
  readonly organization: OrganizationRecord;
  readonly membership: MembershipRecord;
  readonly user: UserRecord;
  /** The permissions of the member's present role. */
  readonly held: readonly string[];
}

/**
 * Locks the membership that mints, and checks that it may. A removal, suspension or deletion either waits for the token
 * and then ends it, or came first and is seen here.
 */
export async function lockMinter(
  deps: Pick<Deps, "catalogue" | "clock" | "settings">,
  tx: Transaction,
  actor: SessionActor,
  organizationId: OrganizationId,
): Promise<Minter> {
  const organization = await tx.lockOrganization(organizationId, "shared");
  const membership =
    organization === null || organization.deletedAt !== null
      ? null
      : await tx.lockMembership(organizationId, actor.user.id);
  if (organization === null || membership === null || !reaches(actor, membership.id)) throw notFound();
  const user = await requireLiveSession(deps, tx, actor);
  if (membership.suspendedAt !== null) {
    throw new Refusal(
      "permission_denied",
      "You are suspended here, so you cannot mint tokens. Ask an owner of the organization.",
      {
        missingPermissions: ["tokens:create"],
      },
    );
  }
  if (organization.personalOf !== null && !deps.settings.allowPersonalTokens) {
    throw new Refusal(
      "personal_organization_denied",
      "This instance does not allow tokens of personal organizations. Choose another organization.",
      {
        status: 403,
      },
    );
  }
  const held = deps.catalogue.permissionsOf(membership.role);
  if (!held.includes("tokens:create")) throw permissionDenied(["tokens:create"]);
  await requireRoom(deps, tx, "tokensOfMembership", membership.id);
  return { organization, membership, user, held };
}

interface Wanted {
  readonly role: string;
  readonly expiresAt: number | null;
}

/**
 * Refuses an expiry or a role that the organization's policy does not allow. Requires a recent password for a token
 * with a long lifetime.
 */
export function requireMintable(
  deps: Pick<Deps, "catalogue" | "clock">,
  actor: SessionActor,
  policy: TokenPolicy,
  wanted: Wanted,
): void {
  requirePolicyAllows(deps, policy, wanted);
  requireRecentPassword(deps, actor, { kind: "long-lifetime", expiresAt: wanted.expiresAt });
}

/** Refuses an expiry or a role that the organization's policy does not allow. */
export function requirePolicyAllows(deps: Pick<Deps, "clock">, policy: TokenPolicy, wanted: Wanted): void {
  const now = deps.clock();
  const code = mintRefusal(policy, wanted, now);
  if (code !== null) throw policyRefusal(code, policy, now);
}

/** Builds the refusal of a new credential that would break a rule of the policy. */
export function policyRefusal(
  code: "policy_mint" | "expiry_required" | "policy_lifetime",
  policy: TokenPolicy,
  now: number,
): Refusal {
  const max = policy.maxLifetimeDays;
  const latest =
    max === null ? "" : ` Choose ${new Date(now + max * DAY_MS).toISOString().slice(0, 10)} (${max} days) or earlier.`;
  switch (code) {
    case "policy_mint":
      return new Refusal(
        code,
        "The organization's token policy does not let your role mint tokens. Ask an owner or admin.",
      );
    case "expiry_required":
      return new Refusal(code, `The organization's token policy requires an expiry.${latest}`, {
        errors: [{ field: "expiresAt", message: `Choose an expiry.${latest}` }],
      });
    case "policy_lifetime":
      return new Refusal(code, `The expiry is later than the organization's token policy allows.${latest}`, {
        status: 403,
        errors: [{ field: "expiresAt", message: `This expiry is too late.${latest}` }],
      });
  }
}
