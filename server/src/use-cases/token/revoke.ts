// Revokes tokens: one by its owner, by an admin or by anyone who holds the secret, or many together with their membership,
// user or organization.
// Rule: when a revocation returns, every verification refuses the token. The first revocation counts; repeating it
// returns the first receipt. Many tokens end in the transaction that ends what they belong to. It also writes the tombstones
// and events of up to 100 tokens. For more, it writes a follow-up, which follow-up.ts completes. Until then every view of a
// token already shows the content of its tombstone.
import {
  type AuditEventId,
  findSecrets,
  type MembershipId,
  type OrganizationId,
  parseSecret,
  type RevokedReason,
  type TokenId,
} from "@mintmark/core";
import { hashSecret } from "../../secrets/generate.ts";
import {
  type ActorRef,
  type AuditEventRecord,
  type Ended,
  type EndedToken,
  type Hash,
  type Revocation,
  type RevokedRef,
  subjectOf,
  type TokenRecord,
  type Transaction,
} from "../../store/store.ts";
import { authorityIn, isReadOnlyAuthority } from "../authority.ts";
import {
  type Actor,
  actorRef,
  type AnyActor,
  type Deps,
  eventBy,
  eventOf,
  type EventOrigin,
  Refusal,
  type RequestOrigin,
  type RevocationReceipt,
  revocationReceiptAt,
} from "../use-case.ts";
import { getOwnToken, type TokenSelector } from "./token.ts";

/**
 * Revokes one of the caller's own tokens. A token may always revoke itself, even a read-only one, and its owner's other
 * tokens only when it is not read-only.
 */
export function revokeToken(deps: Deps, actor: Actor, selector: TokenSelector): Promise<RevocationReceipt> {
  return deps.store.transaction(async (tx) => {
    const { id, organization } = await getOwnToken(tx, actor, selector);
    if (actor.kind === "credential" && id !== actor.principal.credential.id) {
      const authority = await authorityIn(deps, tx, actor, organization.id);
      if (isReadOnlyAuthority(deps.catalogue, authority)) {
        throw new Refusal(
          "permission_denied",
          "A read-only token can revoke only itself. Sign in to revoke this token.",
        );
      }
    }
    return endToken(deps, tx, actor, id, "self");
  });
}

/** Locks the token, revokes it and writes the event, all in the caller's transaction. */
export async function endToken(
  deps: Pick<Deps, "clock">,
  tx: Transaction,
  actor: AnyActor,
  id: TokenId,
  reason: RevokedReason,
): Promise<RevocationReceipt> {
  const token = (await tx.lockToken(id)) as TokenRecord;
  if (token.revokedAt !== null) return await revocationReceiptAt(tx, token.revokedAt);
  const at = deps.clock();
  await tx.revokeToken(id, { at, by: actorRef(actor), reason });
  await tx.insertAuditEvents([
    eventBy(actor, {
      at,
      organizationId: token.organization.id,
      action: "pat.revoked",
      target: { kind: "pat", id, name: token.name },
      details: { reason, owner: token.user.id },
    }),
  ]);
  return await revocationReceiptAt(tx, at);
}

const SOMEONE: ActorRef = { kind: "system", id: "holder", name: "Holder of the secret" };

/**
 * Revokes every personal access token, API key and management key that the texts contain, with any text around them. Holding
 * a secret proves more than revoking takes away, so the caller needs no other right. Returns how many such secrets the texts
 * contain, which says nothing about which of them were active. Skips service keys: revoking one stops a whole API, and it
 * changes nothing, so only an instance admin may.
 */
export async function revokeBySecret(
  deps: Pick<Deps, "store" | "clock"> & { readonly brands: ReadonlySet<string> },
  texts: readonly string[],
  by: { readonly origin: RequestOrigin; readonly reason: "self" | "leaked" },
): Promise<number> {
  const secrets = new Set(texts.flatMap((text) => [...findSecrets(text, deps.brands)]));
  let found = 0;
  for (const secret of secrets) {
    const parsed = parseSecret(secret, deps.brands);
    if (!parsed.ok || parsed.kind === "service_key" || parsed.kind === "page_token") continue;
    found++;
    if (parsed.kind === "management_key") {
      await endManagementKey(deps, hashSecret(secret), by);
      continue;
    }
    const facts = await deps.store.findForVerification(parsed.kind, hashSecret(secret));
    if (facts === null) continue;
    await deps.store.transaction((tx) => endCredential(deps, tx, facts, by));
  }
  return found;
}

async function endManagementKey(
  deps: Pick<Deps, "store" | "clock">,
  hash: Hash,
  by: { readonly origin: RequestOrigin; readonly reason: "self" | "leaked" },
): Promise<void> {
  const key = await deps.store.reads.findManagementKeyByHash(hash);
  if (key === null) return;
  await deps.store.transaction(async (tx) => {
    await tx.lockInstance();
    const at = deps.clock();
    // One that is only undeclared would be active again when it is declared again.
    if (!(await tx.revokeManagementKey(key.id, { at, by: SOMEONE, reason: by.reason }))) return;
    await tx.insertAuditEvents([
      eventOf(
        { actor: SOMEONE, via: { kind: "management_key", id: key.id, name: key.name }, origin: by.origin },
        {
          at,
          organizationId: null,
          action: "management_key.revoked",
          target: { kind: "management_key", id: key.id, name: key.name },
          details: { reason: by.reason, prefix: key.prefix, source: key.source },
        },
      ),
    ]);
  });
}

async function endCredential(
  deps: Pick<Deps, "clock">,
  tx: Transaction,
  facts: NonNullable<Awaited<ReturnType<Deps["store"]["findForVerification"]>>>,
  by: { readonly origin: RequestOrigin; readonly reason: "self" | "leaked" },
): Promise<void> {
  // A repeated call also returns only when the secret is refused everywhere.
  await tx.confirmation();
  const locked = facts.kind === "pat" ? await tx.lockToken(facts.id) : await tx.lockApiKey(facts.id);
  if (locked === null || locked.revokedAt !== null) return;
  const at = deps.clock();
  const revocation = { at, by: SOMEONE, reason: by.reason };
  await (facts.kind === "pat" ? tx.revokeToken(facts.id, revocation) : tx.revokeApiKey(facts.id, revocation));
  await tx.insertAuditEvents([
    eventOf(
      { actor: SOMEONE, via: { kind: facts.kind, id: facts.id, name: facts.name }, origin: by.origin },
      {
        at,
        organizationId: facts.organization.id,
        action: `${facts.kind}.revoked`,
        target: { kind: facts.kind, id: facts.id, name: facts.name },
        details: { reason: by.reason },
      },
    ),
  ]);
}

/** Builds the audit events of a revocation of many credentials, one for each. `because` is the event that caused it. */
export function revocationEvents(
  author: EventOrigin,
  kind: "pat" | "api_key",
  revoked: readonly RevokedRef[],
  revocation: { readonly at: number; readonly reason: RevokedReason },
  because: AuditEventId,
): AuditEventRecord[] {
  return revoked.map(({ id, name, prefix, organizationId }) =>
    eventOf(author, {
      at: revocation.at,
      organizationId,
      action: kind === "pat" ? "pat.revoked" : "api_key.revoked",
      target: { kind, id, name },
      details: { reason: revocation.reason, prefix, because },
    }),
  );
}

/** How many tokens one transaction ends. Few, since SQLite allows no other writes meanwhile. */
export const ENDED_AT_ONCE = 100;

/** Tokens are counted up to this number. */
const COUNTED = 1_000_000;

/** The result of ending tokens. */
export interface EndedTokens {
  readonly of: Ended;
  readonly revocation: Revocation;
  readonly count: number;
  /** The tokens that have their tombstones: all if they are few, none if they are many. */
  readonly revoked: readonly EndedToken[];
  /** Whether no follow-up has to write anything. */
  readonly isWhole: boolean;
}

/**
 * Ends the tokens of a membership, user or organization that has just ended. Call `recordEnded` in the same
 * transaction.
 */
export async function endTokens(tx: Transaction, of: Ended, revocation: Revocation): Promise<EndedTokens> {
  const few = await tx.countUnrevokedTokens(of, ENDED_AT_ONCE + 1);
  return few > ENDED_AT_ONCE ? endLater(tx, of, revocation) : endNow(tx, of, revocation);
}

/**
 * Ends all tokens of these memberships, which continue and may get new tokens. Lock the memberships or their
 * organizations before. The result leaves out memberships without tokens.
 */
export async function sweepTokens(
  tx: Transaction,
  ids: readonly MembershipId[],
  revocation: Revocation,
): Promise<readonly EndedTokens[]> {
  const swept: EndedTokens[] = [];
  let room = ENDED_AT_ONCE;
  for (const id of ids) {
    const { generation, count } = await tx.countGeneration(id, room + 1);
    if (count === 0) continue;
    const of = { kind: "generation", id, generation } as const;
    if (count <= room) {
      swept.push(await endNow(tx, of, revocation));
      room -= count;
    } else {
      swept.push(await endLater(tx, of, revocation));
      await tx.raiseTokenGeneration(id);
    }
  }
  return swept;
}

/** Returns how many tokens ended in all. */
export function countEnded(ended: readonly EndedTokens[]): number {
  return ended.reduce((sum, { count }) => sum + count, 0);
}

/** Writes the events of the tokens that have their tombstones, and a follow-up for the others. */
export async function recordEnded(
  tx: Transaction,
  author: EventOrigin,
  ended: readonly EndedTokens[],
  because: AuditEventId,
): Promise<readonly AuditEventRecord[]> {
  const events = ended.flatMap(({ revoked, revocation }) =>
    revocationEvents(author, "pat", revoked, revocation, because),
  );
  await tx.insertAuditEvents(events);
  const { via, origin } = author;
  for (const { of, revocation, isWhole } of ended) {
    if (isWhole) continue;
    await tx.insertFollowUp({
      ...revocation,
      subject: subjectOf(of),
      kind: of.kind,
      details: { via, origin, because },
      progress: null,
    });
  }
  return events;
}

/** Ends the API keys, memberships, invitations and sessions of a deleted organization, a bounded number at a time. */
export async function endRestOfOrganization(
  tx: Transaction,
  id: OrganizationId,
  revocation: Revocation,
): Promise<{
  readonly apiKeys: Awaited<ReturnType<Transaction["revokeApiKeysOfOrganization"]>>;
  readonly isWhole: boolean;
}> {
  const apiKeys = await tx.revokeApiKeysOfOrganization(id, revocation, ENDED_AT_ONCE);
  const others = [
    await tx.endMembershipsOfOrganization(id, revocation.at, revocation.by.id, ENDED_AT_ONCE),
    await tx.withdrawInvitationsOfOrganization(id, revocation.at, ENDED_AT_ONCE),
    await tx.moveSessionsOfOrganization(id, ENDED_AT_ONCE),
  ];
  return { apiKeys, isWhole: [apiKeys.length, ...others].every((count) => count < ENDED_AT_ONCE) };
}

async function endNow(tx: Transaction, of: Ended, revocation: Revocation): Promise<EndedTokens> {
  const { revoked } = await tx.revokeEndedTokens(of, revocation, { limit: ENDED_AT_ONCE, after: null });
  return { of, revocation, count: revoked.length, revoked, isWhole: true };
}

async function endLater(tx: Transaction, of: Ended, revocation: Revocation): Promise<EndedTokens> {
  return { of, revocation, count: await tx.countUnrevokedTokens(of, COUNTED), revoked: [], isWhole: false };
}
