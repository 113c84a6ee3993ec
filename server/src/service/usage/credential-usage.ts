// How credentials were used: what pictures are drawn from, and never a decision. Rule: whoever may see a
// credential may see its use: its owner, the tokens beside it, and by permission an organization's admins.
import { DAY_MS } from "@mintmark/core";
import type { FacetUse, Reads, UseFacet } from "../../store/store.ts";

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
  /** Every day of the span that was asked for, oldest first. */
  readonly days: readonly UsageDay[];
  readonly addresses: FacetUsage;
  readonly routes: FacetUsage;
}

interface FacetUsage {
  /** The most used first. */
  readonly kept: readonly FacetUse[];
  /** Uses that are told by none of them. */
  readonly others: number;
}

/** The span of so many UTC days that ends today. */
export function spanOfDays(now: number, days: number): { readonly from: number; readonly to: number } {
  const to = Math.floor(now / DAY_MS);
  return { from: to - days + 1, to };
}

/** Everything known of one credential's use. The caller has been judged to see the credential. */
export async function readUsage(
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

/** An address that is still used may have been counted for longer than days are kept. */
function usageBy(facet: UseFacet, facets: readonly FacetUse[], total: number): FacetUsage {
  const kept = facets.filter((use) => use.facet === facet);
  return { kept, others: Math.max(0, total - kept.reduce((sum, { uses }) => sum + uses, 0)) };
}

export interface UsesOfCredential {
  readonly id: string;
  /** Uses on every day of the span, oldest first. */
  readonly uses: readonly number[];
}

/** The uses of several credentials day by day, in the order of the ids. The caller has been judged to see them. */
export async function readUses(
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
