// What minting a token asks of its organization and member; the same rules hold for a replacement.
import { DAY_MS, mintRefusal, type OrganizationId, type TokenPolicy } from "@mintmark/core";
import type { MembershipRecord, OrganizationRecord, Transaction } from "../../store/store.ts";
import type { SessionActor } from "../actor.ts";
import { permissionDenied, requireRecentPassword } from "../authority.ts";
import type { Deps } from "../deps.ts";
import { requireRoom } from "../limits.ts";
import { notFound, Refusal } from "../refusal.ts";
import { requireLiveSession } from "../session/live-session.ts";

export interface Minter {
  readonly organization: OrganizationRecord;
  readonly membership: MembershipRecord;
  /** The permissions of the present role. */
  readonly held: readonly string[];
}

/**
 * The minter's membership, locked: a removal, suspension or deletion waits until the token stands and
 * then ends it, or was first and is seen here. Without the lock a mint racing a removal would leave a
 * live token behind.
 */
export async function lockMinter(
  deps: Pick<Deps, "catalogue" | "clock" | "settings">,
  tx: Transaction,
  actor: SessionActor,
  organizationId: OrganizationId,
): Promise<Minter> {
  const organization = await tx.lockOrganization(organizationId, "shared");
  const present =
    organization === null || organization.deletedAt !== null
      ? null
      : await tx.findMembership(organizationId, actor.user.id);
  const membership = present === null ? null : await tx.lockMembership(present.id);
  if (organization === null || membership === null || membership.endedAt !== null) throw notFound();
  await requireLiveSession(deps, tx, actor);
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
  return { organization, membership, held };
}

interface Wanted {
  readonly role: string;
  readonly expiresAt: number | null;
}

/** Refuses an expiry, or a minter, that the organization's policy does not allow, and asks for the password where it must. */
export function requireMintable(
  deps: Pick<Deps, "catalogue" | "clock">,
  actor: SessionActor,
  policy: TokenPolicy,
  wanted: Wanted,
): void {
  requirePolicyAllows(deps, policy, wanted);
  requireRecentPassword(deps, actor, { kind: "long-lifetime", expiresAt: wanted.expiresAt });
}

/** Refuses an expiry, or a minter, that the organization's policy does not allow. */
export function requirePolicyAllows(deps: Pick<Deps, "clock">, policy: TokenPolicy, wanted: Wanted): void {
  const now = deps.clock();
  const code = mintRefusal(policy, wanted, now);
  if (code !== null) throw policyRefusal(code, policy, now);
}

/** The refusal for a rule of the policy that a new credential would break. */
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
        errors: [{ field: "expiresAt", message: `This is too late.${latest}` }],
      });
  }
}
