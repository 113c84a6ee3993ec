// An organization's tokens at a glance: counts over all of them, and the few that are probably forgotten.
import { DAY_MS, type OrganizationId } from "@mintmark/core";
import type { ExpiryDay, OutcomeDay, StaleToken, TokenCounts } from "../../store/store.ts";
import type { Actor } from "../actor.ts";
import { allowsOversight, requirePermission } from "../authority.ts";
import type { Deps } from "../deps.ts";
import { spanOfDays } from "../usage/credential-usage.ts";

/** A token that nobody used for longer is probably forgotten. */
export const STALE_DAYS = 30;
/** Bounds of age, in days: younger than the first, between it and the second, …, older than the last. */
export const AGE_BOUNDS: readonly number[] = [7, 30, 90, 180, 365];
export const EXPIRY_DAYS = 90;
const STALE_TOKENS = 50;

export interface Overview {
  readonly at: number;
  readonly counts: TokenCounts;
  /** Days of the next 90 on which live tokens expire. */
  readonly expiries: readonly ExpiryDay[];
  /** The longest unused first, no more than 50; `null` where the policy does not let admins see members' tokens. */
  readonly staleTokens: readonly StaleToken[] | null;
  readonly span: { readonly from: number; readonly to: number };
  readonly outcomes: readonly OutcomeDay[];
}

export async function getOverview(
  deps: Deps,
  actor: Actor,
  input: { readonly organizationId: OrganizationId; readonly days: number },
): Promise<Overview> {
  const { reads } = deps.store;
  const { organizationId: id, days } = input;
  const { organization } = await requirePermission(deps, reads, actor, id, "tokens:read");
  const now = deps.clock();
  const span = spanOfDays(now, days);
  const unusedSince = now - STALE_DAYS * DAY_MS;
  const [counts, expiries, staleTokens, outcomes] = await Promise.all([
    reads.countTokens(id, { now, unusedSince, since: AGE_BOUNDS.map((bound) => now - bound * DAY_MS) }),
    reads.listExpiryDays(id, now, now + EXPIRY_DAYS * DAY_MS),
    allowsOversight(organization.policy, "list") ? reads.listStaleTokens(id, { now, unusedSince }, STALE_TOKENS) : null,
    reads.listOutcomeDays(id, span.from),
  ]);
  return { at: now, counts, expiries, staleTokens, span, outcomes };
}
