import { DAY_MS } from "@mintmark/core";
import type { OrganizationRecord, TokenBlocks } from "../../store/store.ts";
import type { Deps } from "../deps.ts";

/** What the organization's policy and the instance refuse at this moment, as the store can search by it. */
export function tokenBlocks(
  { policy, personalOf }: OrganizationRecord,
  now: number,
  settings: Pick<Deps["settings"], "allowPersonalTokens">,
): TokenBlocks {
  return {
    mintedBefore: policy.maxLifetimeDays === null ? null : now - policy.maxLifetimeDays * DAY_MS,
    withoutExpiry: !policy.allowNoExpiry,
    unusedSince: policy.idleDays === null ? null : now - policy.idleDays * DAY_MS,
    all: personalOf !== null && !settings.allowPersonalTokens,
  };
}
