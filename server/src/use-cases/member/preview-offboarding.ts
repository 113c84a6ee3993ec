// Shows what removing or suspending a member would end, and what would keep working, before anyone does it.
import type { ErrorCode } from "@mintmark/core";
import type { ApiKeyRecord, Counted, MemberRecord, Reads, TokenRecord } from "../../store/store.ts";
import { type Actor, type Deps, isKeptByHost, notFound } from "../use-case.ts";
import {
  allowsOversight,
  type Authority,
  authorityIn,
  isLastActiveOwner,
  permissionDenied,
  refusePersonal,
} from "../authority.ts";
import { type ListedInvitation, listedInvitations } from "../invitation/invitation.ts";
import { coversMember, type MemberPath } from "./member.ts";
import { affectedTokens } from "./offboarding.ts";

export type OffboardingMode = "remove" | "suspend";

export interface OffboardingPreview {
  readonly mode: OffboardingMode;
  readonly member: MemberRecord;
  /** The code with which the change would be refused now, or `null`. */
  readonly refusedBy: ErrorCode | null;
  /** The tokens of the membership that would be revoked or paused. */
  readonly tokens: Counted<TokenRecord> & { readonly effect: "revoked" | "paused" };
  readonly apiKeys: {
    readonly count: number;
    /** How many of the keys the member created, whose secrets they may hold. */
    readonly countOfMember: number;
    /** The member's own keys first; `null` when the caller may not read keys. */
    readonly items: readonly ApiKeyRecord[] | null;
    /** Whether the caller may revoke them in the same transaction. */
    readonly revocable: boolean;
  };
  /** Pending invitations that the member issued, and whether they would be withdrawn or paused. */
  readonly invitations: {
    readonly effect: "withdrawn" | "paused";
    readonly count: number;
    /** `null` when the caller may not read invitations. */
    readonly items: readonly ListedInvitation[] | null;
  };
  /** How many browser sessions would move to the person's personal organization. */
  readonly sessions: number;
}

/** How many tokens, keys and invitations are shown. The others are only counted. */
const SHOWN = 100;

/**
 * Previews the removal or suspension of this member, as things are now. The caller must be allowed to do it, or ask
 * about leaving the organization themselves.
 */
export async function previewOffboarding(
  deps: Deps,
  actor: Actor,
  input: MemberPath & { readonly mode: OffboardingMode },
): Promise<OffboardingPreview> {
  const { reads } = deps.store;
  const { organizationId, membershipId, mode } = input;
  const now = deps.clock();
  const authority = await authorityIn(deps, reads, actor, organizationId);
  const may = (permission: string): boolean => authority.permissions.includes(permission);
  const isSelf = membershipId === authority.membershipId;
  const leaves = isSelf && mode === "remove" && actor.kind === "session";
  if (!leaves && !may("members:write")) throw permissionDenied(["members:write"]);
  refusePersonal(authority.organization);
  const member = await reads.findMember(organizationId, membershipId, now);
  if (member === null) throw notFound();
  const keys = await reads.listLiveApiKeys(organizationId, member.userId, now, SHOWN);
  const { policy } = authority.organization;
  const revokes = mode === "remove" || policy.revokeOnSuspend;
  const tokens = await affectedTokens(reads, membershipId, { paused: !revokes, at: now, limit: SHOWN });
  // The preview shows no token that the list of the organization's tokens would hide from the caller.
  const seesTokens = isSelf || (may("tokens:read") && allowsOversight(policy, "list"));
  const invitations = await reads.listInvitationsIssuedBy(membershipId);
  return {
    mode,
    member,
    refusedBy: await refusalOf(deps, reads, actor, authority, member, mode),
    tokens: {
      count: tokens.count,
      items: seesTokens ? tokens.items : [],
      effect: revokes ? "revoked" : "paused",
    },
    apiKeys: {
      count: keys.count,
      countOfMember: keys.countOfCreator,
      items: may("api-keys:read") ? keys.items : null,
      revocable: may("api-keys:write"),
    },
    invitations: {
      effect: revokes ? "withdrawn" : "paused",
      count: invitations.length,
      items: may("invitations:read")
        ? await listedInvitations(deps, reads, authority.organization, invitations.slice(0, SHOWN))
        : null,
    },
    sessions: mode === "remove" ? await reads.countSessionsIn(member.userId, organizationId, now) : 0,
  };
}

/** Returns the refusal of the change itself. */
async function refusalOf(
  deps: Deps,
  reads: Reads,
  actor: Actor,
  authority: Authority,
  member: MemberRecord,
  mode: OffboardingMode,
): Promise<ErrorCode | null> {
  const isSelf = member.id === authority.membershipId;
  const leaves = isSelf && mode === "remove";
  if (isKeptByHost(deps, authority.organization)) return "directory_external";
  if (leaves && actor.kind !== "session") return "session_required";
  if (!leaves && !coversMember(deps.catalogue, authority, member)) return "role_exceeds_caller";
  if (mode === "suspend" && member.suspendedAt !== null) return null;
  if (isSelf && mode === "suspend") return "self_suspension";
  return (await isLastActiveOwner(reads, member)) ? "last_owner" : null;
}
