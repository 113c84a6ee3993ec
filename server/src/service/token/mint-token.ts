// Personal access tokens: minted here, renamed, replaced, revoked and dismissed beside.
// Rule: a token is bound for life to the membership it was minted under, and only its name ever changes.
// Deliberately absent: a new secret for an old token; replacing makes a second token.
import type { OrganizationId, Secret } from "@mintmark/core";
import { nextExpiryNoticeAt, prefixOf, type TokenId } from "@mintmark/core";
import { newId, newSecret } from "../../secrets/generate.ts";
import { hashSecret } from "../../secrets/hash.ts";
import type { TokenRecord, Transaction } from "../../store/store.ts";
import type { SessionActor } from "../actor.ts";
import { countMint } from "../attempt-limit.ts";
import { eventBy } from "../audit-event.ts";
import type { Deps } from "../deps.ts";
import { type ExpiryChoice, requireExpiry, requireName, requirePermissions } from "../input.ts";
import { lockMinter, type Minter, requireMintable } from "./mint-rules.ts";

export interface MintInput extends ExpiryChoice {
  readonly name: string;
  /** Omitted: the whole present role, whatever it becomes. */
  readonly permissions?: readonly string[] | null | undefined;
  /** Omitted: the session's active organization. */
  readonly organizationId?: OrganizationId | undefined;
}

/** The one moment a secret exists in plaintext outside its owner's hands. */
export interface Minted {
  readonly token: TokenRecord;
  readonly secret: Secret;
}

/**
 * Mints a token pinned to the caller's membership. Refuses a bad name or expiry, permissions beyond
 * the role, what the policy forbids, and more than the mint limit; a refusal leaves nothing behind.
 */
export async function mintToken(deps: Deps, actor: SessionActor, input: MintInput): Promise<Minted> {
  const name = requireName(input.name);
  const expiresAt = requireExpiry(input, deps.clock());
  await countMint(deps, actor.user.id);
  return deps.store.transaction(async (tx) => {
    const minter = await lockMinter(deps, tx, actor, input.organizationId ?? actor.session.organizationId);
    const permissions = requirePermissions(deps.catalogue, input.permissions, minter.held);
    requireMintable(deps, actor, minter.organization.policy, { role: minter.membership.role, expiresAt });
    return insertMinted(deps, tx, actor, minter, { name, permissions, expiresAt, replaces: null });
  });
}

/** Writes the token and its audit event, and answers the record and the secret. */
export async function insertMinted(
  deps: Pick<Deps, "clock" | "settings">,
  tx: Transaction,
  actor: SessionActor,
  { organization, membership }: Minter,
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
  const token = { id, prefix: prefixOf(secret), createdAt, ...content };
  await tx.insertToken({
    ...token,
    hash: hashSecret(secret),
    expiryNoticeAt:
      content.expiresAt === null ? null : nextExpiryNoticeAt({ createdAt, expiresAt: content.expiresAt }, createdAt),
    userId: actor.user.id,
    organizationId: organization.id,
    membershipId: membership.id,
  });
  await tx.insertAuditEvents([
    eventBy(actor, {
      at: createdAt,
      organizationId: organization.id,
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
  const stored = await tx.findToken(id);
  if (stored === null) throw new Error("a token that was just inserted cannot be found");
  return { token: stored, secret };
}
