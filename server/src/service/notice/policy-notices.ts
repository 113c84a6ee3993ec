import {
  type Catalogue,
  type OrganizationId,
  type PolicyEffect,
  policyEffect,
  type TokenId,
  type TokenPolicy,
  type UserId,
} from "@mintmark/core";
import { nextTurn } from "../../event-loop/turn.ts";
import { isAddressIn } from "../../network/client-address.ts";
import type { AuditEventRecord, PageRequest, TokenRecord, Transaction } from "../../store/store.ts";
import { NAMED_TOKENS, type NoticeDraft, type NoticeRules } from "./draft.ts";

const AT_ONCE = 200;
/** The rules of a policy that can take something from a token that exists, or from its holder. */
const TAKING: readonly (keyof TokenPolicy)[] = [
  "maxLifetimeDays",
  "allowNoExpiry",
  "ceiling",
  "idleDays",
  "networks",
  "mintableBy",
];

interface Loss {
  /** The first of the tokens; of an organization's hundred thousand only these are kept. */
  readonly named: { readonly id: TokenId; readonly name: string }[];
  stopped: number;
  narrowed: number;
  cannotMint: boolean;
}

/**
 * One notice for each person whom a change of policy takes something from: a token of theirs that worked is refused
 * now or holds less, or their role may mint no longer. Who made the change is not told.
 */
export async function policyNotices(
  rules: NoticeRules,
  tx: Transaction,
  event: AuditEventRecord,
): Promise<readonly NoticeDraft[]> {
  const changed = event.details["before"] as Partial<TokenPolicy>;
  if (!TAKING.some((rule) => Object.hasOwn(changed, rule))) return [];
  const organization = await tx.findOrganization(event.organizationId as OrganizationId);
  if (organization === null) return [];
  const next = organization.policy;
  const before: TokenPolicy = { ...next, ...changed };
  const losses = new Map<UserId, Loss>();
  const lossOf = (userId: UserId): Loss => {
    let loss = losses.get(userId);
    if (loss === undefined) losses.set(userId, (loss = { named: [], stopped: 0, narrowed: 0, cannotMint: false }));
    return loss;
  };
  for await (const token of tokensOf(tx, organization.id)) {
    const kind = effectOn(rules, token, { before, next }, event.at);
    if (kind !== "stops" && kind !== "narrows") continue;
    const loss = lossOf(token.user.id);
    loss[kind === "stops" ? "stopped" : "narrowed"]++;
    if (loss.named.length < NAMED_TOKENS) loss.named.push({ id: token.id, name: token.name });
  }
  const roles = rolesThatLoseMinting(rules.catalogue, before, next);
  for await (const userId of holdersOf(tx, organization.id, roles)) lossOf(userId).cannotMint = true;
  losses.delete(event.actor.id as UserId);
  return [...losses].map(([userId, loss]) => draftOf(event, organization.id, userId, loss));
}

function effectOn(
  { catalogue, settings }: NoticeRules,
  token: TokenRecord,
  { before, next }: { readonly before: TokenPolicy; readonly next: TokenPolicy },
  now: number,
): PolicyEffect["kind"] | null {
  const facts = { ...token, organization: { ...token.organization, policy: before } };
  const { effect } = policyEffect(facts, next, {
    catalogue,
    now,
    allowPersonal: settings.allowPersonalTokens,
    // It goes on from where it was used last; of one that was never used nobody knows from where.
    isClientIn: (networks) => token.lastUsedIp === null || isAddressIn(token.lastUsedIp, networks),
  });
  return effect?.kind ?? null;
}

function rolesThatLoseMinting(catalogue: Catalogue, before: TokenPolicy, next: TokenPolicy): readonly string[] {
  return before.mintableBy.filter(
    (role) => !next.mintableBy.includes(role) && catalogue.permissionsOf(role).includes("tokens:create"),
  );
}

async function* tokensOf(tx: Transaction, organizationId: OrganizationId): AsyncGenerator<TokenRecord> {
  let after: PageRequest["after"] = null;
  do {
    const page = await tx.listUnrevokedTokensOfOrganization(organizationId, { limit: AT_ONCE, after });
    yield* page.items;
    // Others are answered between two pages, however many there are.
    await nextTurn();
    after = page.next;
  } while (after !== null);
}

async function* holdersOf(
  tx: Transaction,
  organizationId: OrganizationId,
  roles: readonly string[],
): AsyncGenerator<UserId> {
  let after: UserId | null = null;
  do {
    const holders: readonly UserId[] = await tx.listHoldersOfRoles(organizationId, roles, { limit: AT_ONCE, after });
    yield* holders;
    after = holders.length < AT_ONCE ? null : (holders.at(-1) ?? null);
  } while (after !== null);
}

function draftOf(event: AuditEventRecord, organizationId: OrganizationId, userId: UserId, loss: Loss): NoticeDraft {
  const { named, ...counts } = loss;
  return {
    userId,
    kind: "policy.changed",
    at: event.at,
    organizationId,
    token: named.length === 1 ? (named[0] ?? null) : null,
    details: {
      by: event.actor,
      tokens: named,
      tokenCount: counts.stopped + counts.narrowed,
      ...counts,
    },
  };
}
