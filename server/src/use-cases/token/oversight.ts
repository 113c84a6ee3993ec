// Oversight: how admins list, export and revoke other members' tokens.
// Rule: two conditions apply, the caller's permission and how much oversight the organization's policy allows.
// Deliberately absent: minting, renaming or reading a secret for someone else.
import {
  type CredentialState,
  DAY_MS,
  type OrganizationId,
  staleBounds,
  type TokenId,
  type TokenPolicy,
  type UserId,
} from "@mintmark/core";
import { nextTurn } from "../../bounded.ts";
import type {
  AuditEventRecord,
  Cursor,
  OrganizationRecord,
  Page,
  PageRequest,
  TokenBlocks,
  TokenEnds,
  TokenOrder,
  TokenRecord,
  TokenSearch,
  Transaction,
} from "../../store/store.ts";
import {
  type Actor,
  actorRef,
  type Deps,
  eventBy,
  notFound,
  Refusal,
  type RevocationReceipt,
  revocationReceiptAt,
} from "../use-case.ts";
import { allowsOversight, lockWithPermission, requirePermission } from "../authority.ts";
import { endToken } from "./revoke.ts";

export function requireOversight(policy: Pick<TokenPolicy, "oversight">, wanted: "list" | "list-and-revoke"): void {
  if (!allowsOversight(policy, wanted)) throw oversightDenied(wanted);
}

export function oversightDenied(wanted: "list" | "list-and-revoke"): Refusal {
  const what = wanted === "list" ? "see" : "revoke";
  return new Refusal(
    "policy_oversight",
    `The organization's token policy does not let admins ${what} members' tokens. Someone who may change the policy can allow it.`,
  );
}

export interface TokenQuery {
  readonly state: CredentialState | null;
  readonly member: UserId | null;
  readonly stale: boolean;
  readonly neverUsed: boolean;
  /** Selects tokens that are neither revoked nor expired and end within so many days, by expiry or policy. */
  readonly expiresWithinDays: number | null;
  /** A part of the token's name or prefix, or of its owner's name or address. */
  readonly query: string | null;
  readonly order: TokenOrder;
}

/** Returns all members' tokens in the organization that match the filter, including ended and dismissed ones. */
export async function listOrganizationTokens(
  deps: Deps,
  actor: Actor,
  organizationId: OrganizationId,
  input: { readonly query: TokenQuery; readonly page: PageRequest },
): Promise<Page<TokenRecord>> {
  const { organization } = await requirePermission(deps, deps.store.reads, actor, organizationId, "tokens:read");
  requireOversight(organization.policy, "list");
  const search = searchOf(deps, organization, input.query);
  return deps.store.reads.searchTokens(organizationId, search, input.page);
}

function searchOf(deps: Deps, organization: OrganizationRecord, query: TokenQuery): TokenSearch {
  const now = deps.clock();
  const text = query.query?.trim() ?? "";
  return {
    filter: {
      state: query.state,
      userId: query.member,
      stale: query.stale ? staleBounds(now) : null,
      neverUsed: query.neverUsed,
      ends:
        query.expiresWithinDays === null ? null : endsBy(organization.policy, now + query.expiresWithinDays * DAY_MS),
      query: text === "" ? null : text,
    },
    order: query.order,
    blocks: tokenBlocks(organization, now, deps.settings),
    now,
  };
}

/** Returns a member's token. The caller must be allowed to list members' tokens. */
export async function getOrganizationToken(
  deps: Deps,
  actor: Actor,
  input: { readonly organizationId: OrganizationId; readonly tokenId: TokenId },
): Promise<TokenRecord> {
  const { reads } = deps.store;
  const { organization } = await requirePermission(deps, reads, actor, input.organizationId, "tokens:read");
  requireOversight(organization.policy, "list");
  const token = await reads.findToken(input.tokenId);
  if (token === null || token.organization.id !== input.organizationId) throw notFound();
  return token;
}

const PAGE = 500;

/**
 * Yields every token that matches the filter, page by page, each read on demand. The caller's authority is evaluated
 * for each page, so a caller who loses it gets no further page.
 */
export async function* exportOrganizationTokens(
  deps: Deps,
  actor: Actor,
  organizationId: OrganizationId,
  query: TokenQuery,
): AsyncGenerator<readonly TokenRecord[]> {
  let after: Cursor | null = null;
  do {
    const page: Awaited<ReturnType<typeof listOrganizationTokens>> = await listOrganizationTokens(
      deps,
      actor,
      organizationId,
      { query, page: { limit: PAGE, after } },
    );
    yield page.items;
    after = page.next;
    // On an embedded database, a client that reads fast would otherwise delay everybody else.
    if (after !== null) await nextTurn();
  } while (after !== null);
}

/** Returns what time alone will have ended by then, in the form that the store searches by. */
function endsBy({ maxLifetimeDays, idleDays }: TokenPolicy, by: number): TokenEnds {
  return {
    by,
    mintedBefore: maxLifetimeDays === null ? null : by - maxLifetimeDays * DAY_MS,
    unusedSince: idleDays === null ? null : by - idleDays * DAY_MS,
  };
}

/** Returns what the policy and the instance refuse at this moment, in the form that the store searches by. */
function tokenBlocks(
  { policy, personalOf }: OrganizationRecord,
  now: number,
  settings: Pick<Deps["settings"], "allowPersonalTokens">,
): TokenBlocks {
  return {
    ...endsBy(policy, now),
    withoutExpiry: !policy.allowNoExpiry,
    all: personalOf !== null && !settings.allowPersonalTokens,
  };
}

/**
 * Revokes any member's token of this organization. When this returns, every verification refuses it. The owner's role
 * does not matter: revoking gives nobody a permission, so an admin may revoke an owner's token.
 */
export function revokeOrganizationToken(
  deps: Deps,
  actor: Actor,
  input: { readonly organizationId: OrganizationId; readonly tokenId: TokenId },
): Promise<RevocationReceipt> {
  return deps.store.transaction(async (tx) => {
    const { organizationId, tokenId } = input;
    const { organization } = await lockWithPermission(deps, tx, actor, organizationId, "shared", "tokens:revoke");
    requireOversight(organization.policy, "list-and-revoke");
    const token = await tx.findToken(tokenId);
    if (token === null || token.organization.id !== organizationId) throw notFound();
    return endToken(deps, tx, actor, tokenId, "admin");
  });
}

export interface RevokedTokens {
  readonly receipt: RevocationReceipt;
  /** Each token and when it ended. A token that was revoked before keeps that instant. */
  readonly tokens: readonly { readonly id: TokenId; readonly name: string; readonly at: number }[];
}

/**
 * Revokes many tokens of this organization, all or none. When this returns, every verification refuses them. An unknown
 * id, or one of another organization, refuses the whole request. Tokens that are already revoked stay as they are.
 */
export function revokeOrganizationTokens(
  deps: Deps,
  actor: Actor,
  input: { readonly organizationId: OrganizationId; readonly ids: readonly TokenId[] },
): Promise<RevokedTokens> {
  const { organizationId } = input;
  return deps.store.transaction(async (tx) => {
    const { organization } = await lockWithPermission(deps, tx, actor, organizationId, "shared", "tokens:revoke");
    requireOversight(organization.policy, "list-and-revoke");
    const tokens = await lockTokens(tx, organizationId, input.ids);
    const at = deps.clock();
    const revocation = { at, by: actorRef(actor), reason: "admin" } as const;
    const live = tokens.filter(({ revokedAt }) => revokedAt === null);
    for (const { id } of live) await tx.revokeToken(id, revocation);
    await tx.insertAuditEvents(live.map((token) => revokedEvent(actor, token, at)));
    return {
      receipt: await revocationReceiptAt(tx, at),
      tokens: tokens.map(({ id, name, revokedAt }) => ({ id, name, at: revokedAt ?? at })),
    };
  });
}

/** Locks the tokens in the order of their ids, so that two revocations of the same tokens cannot deadlock. */
async function lockTokens(
  tx: Transaction,
  organizationId: OrganizationId,
  ids: readonly TokenId[],
): Promise<readonly TokenRecord[]> {
  const tokens: TokenRecord[] = [];
  for (const id of [...new Set(ids)].sort()) {
    // Check the organization before locking: a row of another organization is never locked.
    const found = await tx.findToken(id);
    if (found === null || found.organization.id !== organizationId) throw unknownToken(id);
    tokens.push((await tx.lockToken(id)) ?? found);
  }
  return tokens;
}

function unknownToken(id: TokenId): Refusal {
  const message = `${id} is not a token of this organization.`;
  return new Refusal(
    "not_found",
    `${message} Nothing was revoked. Remove it from the list and send the others again.`,
    {
      errors: [{ field: "ids", message }],
    },
  );
}

function revokedEvent(actor: Actor, token: TokenRecord, at: number): AuditEventRecord {
  return eventBy(actor, {
    at,
    organizationId: token.organization.id,
    action: "pat.revoked",
    target: { kind: "pat", id: token.id, name: token.name },
    details: { reason: "admin", owner: token.user.id },
  });
}
