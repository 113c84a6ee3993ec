// How credentials were used, for charts. Nothing here decides about access.
// Rule: a caller who may see a credential may see its use: its owner, the owner's other tokens in that organization,
// and members with the permission.
import { type ApiKeyId, DAY_MS, type OrganizationId, type TokenId } from "@mintmark/core";
import { inSteps } from "../../bounded.ts";
import type { FacetUse, Reads, UseFacet } from "../../store/store.ts";
import type { Actor, Deps } from "../use-case.ts";
import { getApiKey } from "../api-key.ts";
import { requirePermission } from "../authority.ts";
import { getOrganizationToken, requireOversight } from "../token/oversight.ts";
import { getOwnToken, reachOf, type TokenSelector } from "../token/token.ts";

interface UsageDay {
  /** Days since 1970-01-01, in UTC. */
  readonly day: number;
  readonly uses: number;
  readonly denied: number;
}

export interface CredentialUsage {
  readonly credentialId: string;
  readonly firstUsedAt: number | null;
  readonly lastUsedAt: number | null;
  readonly useCount: number;
  /** Every day of the requested span, oldest first. */
  readonly days: readonly UsageDay[];
  readonly addresses: FacetUsage;
  readonly routes: FacetUsage;
}

interface FacetUsage {
  /** The most used first. */
  readonly kept: readonly FacetUse[];
  /** Uses that none of the kept ones counts. */
  readonly others: number;
}

/** Returns the span of so many UTC days that ends today. */
export function spanOfDays(now: number, days: number): { readonly from: number; readonly to: number } {
  const to = Math.floor(now / DAY_MS);
  return { from: to - days + 1, to };
}

export interface UsesOfCredential {
  readonly id: string;
  /** Uses on every day of the span, oldest first. */
  readonly uses: readonly number[];
}

/** Returns how one of the caller's own tokens was used. */
export async function getOwnTokenUsage(
  deps: Pick<Deps, "store" | "clock">,
  actor: Actor,
  input: { readonly id: TokenSelector; readonly days: number },
): Promise<CredentialUsage> {
  const { reads } = deps.store;
  return readUsage(reads, await getOwnToken(reads, actor, input.id), spanOfDays(deps.clock(), input.days));
}

/** The same for several tokens, as numbers only. Leaves out an id that is not one of the caller's tokens. */
export async function listOwnTokenUses(
  deps: Pick<Deps, "store" | "clock">,
  actor: Actor,
  input: { readonly ids: readonly string[]; readonly days: number },
): Promise<readonly UsesOfCredential[]> {
  const { reads } = deps.store;
  const own = await reads.selectTokens(input.ids, reachOf(actor));
  return readUses(reads, own, spanOfDays(deps.clock(), input.days));
}

/** Returns how a member's token was used. The caller must be allowed to list members' tokens. */
export async function getOrganizationTokenUsage(
  deps: Deps,
  actor: Actor,
  input: { readonly organizationId: OrganizationId; readonly tokenId: TokenId; readonly days: number },
): Promise<CredentialUsage> {
  const token = await getOrganizationToken(deps, actor, input);
  return readUsage(deps.store.reads, token, spanOfDays(deps.clock(), input.days));
}

/** The same for several tokens, as numbers only. Leaves out an id that is not a token of the organization. */
export async function listOrganizationTokenUses(
  deps: Deps,
  actor: Actor,
  input: { readonly organizationId: OrganizationId; readonly ids: readonly string[]; readonly days: number },
): Promise<readonly UsesOfCredential[]> {
  const { reads } = deps.store;
  const { organizationId, ids, days } = input;
  const { organization } = await requirePermission(deps, reads, actor, organizationId, "tokens:read");
  requireOversight(organization.policy, "list");
  return readUses(reads, await reads.selectTokens(ids, { organizationId }), spanOfDays(deps.clock(), days));
}

/** Returns how an API key was used. The caller must be allowed to list the keys. */
export async function getApiKeyUsage(
  deps: Deps,
  actor: Actor,
  input: { readonly organizationId: OrganizationId; readonly keyId: ApiKeyId; readonly days: number },
): Promise<CredentialUsage> {
  const key = await getApiKey(deps, actor, input);
  return readUsage(deps.store.reads, key, spanOfDays(deps.clock(), input.days));
}

/** The same for several keys, as numbers only. Leaves out an id that is not a key of the organization. */
export async function listApiKeyUses(
  deps: Deps,
  actor: Actor,
  input: { readonly organizationId: OrganizationId; readonly ids: readonly string[]; readonly days: number },
): Promise<readonly UsesOfCredential[]> {
  const { reads } = deps.store;
  const { organizationId, ids, days } = input;
  await requirePermission(deps, reads, actor, organizationId, "api-keys:read");
  return readUses(reads, await reads.selectApiKeys(ids, organizationId), spanOfDays(deps.clock(), days));
}

/** Reads the use of one credential. The caller has checked that the actor may see it. */
async function readUsage(
  reads: Reads,
  credential: { readonly id: string; readonly lastUsedAt: number | null; readonly useCount: number },
  span: { readonly from: number; readonly to: number },
): Promise<CredentialUsage> {
  const [known, facets, firstUsedAt] = await Promise.all([
    reads.listUseDays([credential.id], 0),
    reads.listUseFacets(credential.id),
    reads.findFirstUse(credential.id),
  ]);
  const byDay = new Map(known.map((day) => [day.day, day]));
  const total = known.reduce((sum, { uses }) => sum + uses, 0);
  const days = Array.from({ length: span.to - span.from + 1 }, (_, index) => {
    const day = span.from + index;
    return { day, uses: byDay.get(day)?.uses ?? 0, denied: byDay.get(day)?.denied ?? 0 };
  });
  return {
    credentialId: credential.id,
    firstUsedAt,
    lastUsedAt: credential.lastUsedAt,
    useCount: credential.useCount,
    days,
    addresses: usageBy("address", facets, total),
    routes: usageBy("route", facets, total),
  };
}

/** An address that is still in use may have been counted for longer than days are kept. */
function usageBy(facet: UseFacet, facets: readonly FacetUse[], total: number): FacetUsage {
  const kept = facets.filter((use) => use.facet === facet);
  return { kept, others: Math.max(0, total - kept.reduce((sum, { uses }) => sum + uses, 0)) };
}

/**
 * Reads the uses of several credentials by day, in the order of the ids. The caller has checked that the actor may see
 * them.
 */
async function readUses(
  reads: Reads,
  ids: readonly string[],
  span: { readonly from: number; readonly to: number },
): Promise<readonly UsesOfCredential[]> {
  const uses = new Map(ids.map((id) => [id, Array.from({ length: span.to - span.from + 1 }, () => 0)]));
  for (const day of await reads.listUseDays(ids, span.from)) {
    const days = uses.get(day.credentialId);
    if (days !== undefined && day.day <= span.to) days[day.day - span.from] = day.uses;
  }
  return [...uses].map(([id, days]) => ({ id, uses: days }));
}

/** How long the history of use is kept: a year, and a little more to compare it with the year before. */
export const USE_HISTORY_DAYS = 400;
/** How many rows of each kind one transaction deletes. Few, since SQLite allows no other writes meanwhile. */
const AT_ONCE = 200;

/**
 * Deletes days, and addresses and routes that were last seen, before the history begins. Keeps the credentials' counts.
 */
export async function forgetOldUses(deps: Pick<Deps, "store" | "clock">, signal?: AbortSignal): Promise<void> {
  const beforeDay = Math.floor(deps.clock() / DAY_MS) - USE_HISTORY_DAYS;
  await inSteps(
    async () => (await deps.store.transaction((tx) => tx.forgetUseHistory(beforeDay, AT_ONCE), "lazy")) > 0,
    signal,
  );
}
