// A person's own tokens: finding, listing, renaming and dismissing them, and recording that they expired.
// Rule: a caller sees only their own tokens; a credential sees only those in its organization. Every other token is
// `not_found`.
// Deliberately absent: other members' tokens (oversight.ts), minting (mint.ts) and revoking (revoke.ts).
import { credentialState, type MembershipId, type OrganizationId, type TokenId, type UserId } from "@mintmark/core";
import { inSteps } from "../../bounded.ts";
import type { Page, PageRequest, Reads, TokenRecord, Transaction } from "../../store/store.ts";
import {
  type Actor,
  type Deps,
  eventBy,
  eventOf,
  MINTMARK,
  notFound,
  reaches,
  Refusal,
  type SessionActor,
} from "../use-case.ts";
import { activeOrganization } from "../authority.ts";
import { requireName } from "../input.ts";

/** How a request names a token: by id, or as the one that makes the request. */
export type TokenSelector = TokenId | "current";

/**
 * Returns the caller's own token. A session sees all of its user's tokens, that of a hand-off only those of its
 * membership, a token only those in its organization, and an API key has none. Every other token is `not_found`.
 */
export async function getOwnToken(reads: Reads, actor: Actor, selector: TokenSelector): Promise<TokenRecord> {
  const token = await reads.findToken(resolveSelector(actor, selector));
  if (token === null || !isOwnToken(actor, token)) throw notFound();
  return token;
}

/**
 * Whether the caller may see the token: a session those of its user, the session of a hand-off those of its membership,
 * and a token those of its user in its organization.
 */
export function isOwnToken(actor: Actor, { user, organization, membership }: TokenRecord): boolean {
  if (user.id !== ownerOf(actor)) return false;
  return actor.kind === "session" ? reaches(actor, membership.id) : organization.id === actor.principal.organization.id;
}

/** Returns the user whose tokens the caller may see. */
function ownerOf(actor: Actor): string {
  if (actor.kind === "session") return actor.user.id;
  const { user } = actor.principal;
  if (user === null) {
    throw new Refusal(
      "personal_credential_required",
      "An API key belongs to an organization and has no personal access tokens. Use a personal access token.",
    );
  }
  return user.id;
}

function resolveSelector(actor: Actor, selector: TokenSelector): TokenId {
  if (selector !== "current") return selector;
  if (actor.kind === "session") {
    throw new Refusal(
      "not_found",
      'A browser session has no current token: "current" is the token that makes the request. Use the id of a token.',
    );
  }
  ownerOf(actor);
  return actor.principal.credential.id as TokenId;
}

/**
 * Returns the caller's own tokens, newest first, without dismissed ones: of all organizations for a session, of its
 * membership for that of a hand-off, of its organization for a token.
 */
export function listTokens(deps: Pick<Deps, "store">, actor: Actor, page: PageRequest): Promise<Page<TokenRecord>> {
  const { userId, organizationId = null, membershipId } = reachOf(actor);
  return deps.store.reads.listTokensOfUser(userId, organizationId, page, membershipId);
}

/** The person, organization and membership whose tokens the caller may see. */
export function reachOf(actor: Actor): {
  readonly userId: UserId;
  readonly organizationId?: OrganizationId;
  readonly membershipId?: MembershipId;
} {
  const userId = ownerOf(actor) as UserId;
  if (actor.kind === "credential") return { userId, organizationId: actor.principal.organization.id };
  const { handOff } = actor.session;
  if (handOff === null) return { userId };
  return { userId, organizationId: activeOrganization(actor), membershipId: handOff.membershipId };
}

/**
 * Renames one of the caller's own tokens. Nothing else about a token can change. Refuses a revoked token: its owner may
 * have left the organization whose audit log would record the new name.
 */
export function renameToken(
  deps: Pick<Deps, "store" | "clock">,
  actor: SessionActor,
  input: { readonly id: TokenId; readonly name: string },
): Promise<TokenRecord> {
  const name = requireName(input.name);
  return deps.store.transaction(async (tx) => {
    const token = await tx.lockToken(input.id);
    if (token === null || !isOwnToken(actor, token)) throw notFound();
    if (token.revokedAt !== null) {
      throw new Refusal(
        "credential_not_active",
        `Cannot rename token "${token.name}": it was revoked. Dismiss it to remove it from the list.`,
      );
    }
    if (token.name === name) return token;
    await tx.renameToken(token.id, name);
    await tx.insertAuditEvents([
      eventBy(actor, {
        at: deps.clock(),
        organizationId: token.organization.id,
        action: "pat.renamed",
        target: { kind: "pat", id: token.id, name },
        details: { before: { name: token.name }, after: { name } },
      }),
    ]);
    return { ...token, name };
  });
}

/**
 * Removes one of the caller's ended tokens from their list. Its tombstone stays. Refuses a token that could still work.
 */
export function dismissToken(
  deps: Pick<Deps, "store" | "clock" | "settings">,
  actor: SessionActor,
  id: TokenId,
): Promise<TokenRecord> {
  return deps.store.transaction(async (tx) => {
    const token = await tx.lockToken(id);
    if (token === null || !isOwnToken(actor, token)) throw notFound();
    if (token.dismissedAt !== null) return token;
    const now = deps.clock();
    const { state } = credentialState(token, { now, allowPersonal: deps.settings.allowPersonalTokens });
    if (state !== "revoked" && state !== "expired") {
      throw new Refusal(
        "credential_active",
        `Cannot dismiss token "${token.name}": it could still work. Revoke it first.`,
      );
    }
    await tx.dismissToken(token.id, now);
    await tx.insertAuditEvents([
      eventBy(actor, {
        at: now,
        organizationId: token.organization.id,
        action: "pat.dismissed",
        target: { kind: "pat", id: token.id, name: token.name },
      }),
    ]);
    return { ...token, dismissedAt: now };
  });
}

/** How many expiries one transaction records. Few, since SQLite allows no other writes meanwhile. */
const AT_ONCE = 100;

/**
 * Records in the audit log that credentials have expired, once each, with any number of replicas. An expired credential
 * is refused from the instant of its expiry; the event follows later.
 */
export async function noteExpiries(deps: Pick<Deps, "store" | "clock">, signal?: AbortSignal): Promise<void> {
  for (const kind of ["pat", "api_key"] as const) {
    await inSteps(
      async () => (await deps.store.transaction((tx) => noteSome(tx, kind, deps.clock()))) === AT_ONCE,
      signal,
    );
  }
}

async function noteSome(tx: Transaction, kind: "pat" | "api_key", at: number): Promise<number> {
  const { looked, expired } = await tx.noteExpiries(kind, at, AT_ONCE);
  await tx.insertAuditEvents(
    expired.map(({ id, name, organizationId }) =>
      eventOf(MINTMARK, { at, organizationId, action: `${kind}.expired`, target: { kind, id, name } }),
    ),
  );
  return looked;
}
