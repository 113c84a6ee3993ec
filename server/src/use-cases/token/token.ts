import { credentialState, type TokenId, type UserId } from "@mintmark/core";
import { inSteps } from "../../event-loop/turn.ts";
import type { ActorRef, Page, PageRequest, Reads, TokenRecord, Transaction } from "../../store/store.ts";
import { type Actor, eventBy, eventOf, type SessionActor } from "../actor.ts";
import type { Deps } from "../deps.ts";
import { requireName } from "../input.ts";
import { notFound, Refusal } from "../refusal.ts";

/** How a route names a token: by id, or the one that makes the request. */
export type TokenSelector = TokenId | "current";

/**
 * The caller's own token: a session sees all of its user's tokens, a token those of its user in its
 * own organization. Everything else is `not_found`. An API key owns no tokens.
 */
export async function getOwnToken(reads: Reads, actor: Actor, selector: TokenSelector): Promise<TokenRecord> {
  const token = await reads.findToken(resolveSelector(actor, selector));
  if (token === null || token.user.id !== ownerOf(actor)) throw notFound();
  if (actor.kind === "credential" && token.organization.id !== actor.principal.organization.id) throw notFound();
  return token;
}

/** The user whose tokens the caller may see. */
export function ownerOf(actor: Actor): string {
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
      'A browser session has no current token: "current" is the token that makes the request. Name a token by its id.',
    );
  }
  ownerOf(actor);
  return actor.principal.credential.id as TokenId;
}

/** The caller's own tokens, newest first: of all organizations for a session, of its own for a token. Dismissed ones are left out. */
export function listTokens(deps: Pick<Deps, "store">, actor: Actor, page: PageRequest): Promise<Page<TokenRecord>> {
  const owner = ownerOf(actor) as UserId;
  const organizationId = actor.kind === "session" ? null : actor.principal.organization.id;
  return deps.store.reads.listTokensOfUser(owner, organizationId, page);
}

/**
 * Renames one of the caller's own tokens: the only thing about a token that can change. Refuses one that
 * was revoked: it belongs to the record, and its owner may have left the organization whose log would say so.
 */
export function renameToken(
  deps: Pick<Deps, "store" | "clock">,
  actor: SessionActor,
  input: { readonly id: TokenId; readonly name: string },
): Promise<TokenRecord> {
  const name = requireName(input.name);
  return deps.store.transaction(async (tx) => {
    const token = await tx.lockToken(input.id);
    if (token === null || token.user.id !== actor.user.id) throw notFound();
    if (token.revokedAt !== null) {
      throw new Refusal(
        "credential_not_active",
        `Cannot rename token "${token.name}": it was revoked. Dismiss it if it is in the way.`,
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

/** Takes an ended token of the caller's out of the list; its tombstone stays. Refuses one that could still work. */
export function dismissToken(
  deps: Pick<Deps, "store" | "clock" | "settings">,
  actor: SessionActor,
  id: TokenId,
): Promise<TokenRecord> {
  return deps.store.transaction(async (tx) => {
    const token = await tx.lockToken(id);
    if (token === null || token.user.id !== actor.user.id) throw notFound();
    if (token.dismissedAt !== null) return token;
    const now = deps.clock();
    const { state } = credentialState(token, { now, allowPersonal: deps.settings.allowPersonalTokens });
    if (state !== "revoked" && state !== "expired") {
      throw new Refusal(
        "credential_active",
        `Cannot dismiss token "${token.name}": it has not ended. Revoke it first.`,
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

const MINTMARK: ActorRef = { kind: "system", id: "mintmark", name: "Mintmark" };

/** Expiries noted in one transaction: few, since on SQLite nothing else happens meanwhile. */
const AT_ONCE = 100;

/**
 * Records in the audit log that credentials have expired, once each however many replicas look. An expired
 * credential is refused from the instant of its expiry; this only puts the fact on record afterwards.
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
      eventOf(
        { actor: MINTMARK, via: null, origin: null },
        { at, organizationId, action: `${kind}.expired`, target: { kind, id, name } },
      ),
    ),
  );
  return looked;
}
