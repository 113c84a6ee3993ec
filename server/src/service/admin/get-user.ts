import type { UserId } from "@mintmark/core";
import type { MembershipRecord, OrganizationRecord, UserRecord } from "../../store/store.ts";
import type { Deps } from "../deps.ts";
import { notFound } from "../refusal.ts";
import { listUsableSessions } from "../session/list-sessions.ts";

/** A person as an instance admin sees them: where they are, and what of theirs is alive. */
export interface UserOverview {
  readonly user: UserRecord;
  readonly memberships: readonly {
    readonly organization: OrganizationRecord;
    readonly membership: MembershipRecord;
    /** Their tokens there that are neither revoked nor expired. */
    readonly tokenCount: number;
  }[];
  /** How many memberships there are, also of those beyond the first 200. */
  readonly membershipCount: number;
  readonly tokenCount: number;
  /** Browsers that are signed in. */
  readonly sessionCount: number;
}

/** Memberships that are shown; beyond them they are counted. */
const SHOWN = 200;

/** One account with its memberships; a deleted one is `not_found`. */
export async function getUser(deps: Pick<Deps, "store" | "clock">, id: UserId): Promise<UserOverview> {
  const { reads } = deps.store;
  const now = deps.clock();
  const user = await reads.findUser(id);
  if (user === null || user.deletedAt !== null) throw notFound();
  const [page, tokens, sessions] = await Promise.all([
    reads.pageOrganizationsOfUser(id, null, { limit: SHOWN, after: null }),
    reads.countLiveTokensOfUser(id, now),
    listUsableSessions(reads, id, now),
  ]);
  const memberships = (page?.items ?? []).map((entry) => ({
    ...entry,
    tokenCount: tokens.get(entry.organization.id) ?? 0,
  }));
  return {
    user,
    memberships,
    membershipCount: page?.count ?? 0,
    tokenCount: [...tokens.values()].reduce((sum, count) => sum + count, 0),
    sessionCount: sessions.length,
  };
}
