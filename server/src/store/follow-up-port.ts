// The follow-ups of changes that end many things at once. The change itself is one row: of an organization, a user or a
// membership. Verification reads that row, so the tokens' authority is over with the commit. The same transaction
// writes the follow-up, which lists what is still to be written: tombstones, events, notices. Any replica completes it
// in small steps; each step is a transaction that also stores its progress.
import type { MembershipId, OrganizationId, RevokedReason, TokenId, UserId } from "@mintmark/core";
import type { ActorRef } from "./audit-port.ts";
import type { Revocation, RevokedRef } from "./credential-port.ts";
import type { Cursor, PageRequest } from "./page.ts";

/** What ended, by the row that says so. A generation is all tokens that a membership had at one moment. */
export type Ended =
  | { readonly kind: "organization"; readonly id: OrganizationId }
  | { readonly kind: "user"; readonly id: UserId }
  | { readonly kind: "membership"; readonly id: MembershipId }
  | { readonly kind: "generation"; readonly id: MembershipId; readonly generation: number };

export interface FollowUp {
  /** What ended, or the event of the change that is to be told. */
  readonly subject: string;
  readonly kind: Ended["kind"] | "policy";
  /** When the change was made. */
  readonly at: number;
  readonly by: ActorRef;
  /** Why tokens ended; `null` where none did. */
  readonly reason: RevokedReason | null;
  /** What its events and notices are made of. Never a secret, never a hash. */
  readonly details: Readonly<Record<string, unknown>>;
  /** How far it came; `null` before the first step. */
  readonly progress: Readonly<Record<string, unknown>> | null;
}

export interface EndedToken extends RevokedRef {
  readonly id: TokenId;
}

/** Who loses tokens by an end: how many, and the newest of them. */
export interface EndedHolder {
  readonly userId: UserId;
  readonly count: number;
  readonly named: readonly { readonly id: TokenId; readonly name: string }[];
}

export interface FollowUpReads {
  /** Tokens without a tombstone that hang from what ended, counted up to `limit`. */
  countUnrevokedTokens(of: Ended, limit: number): Promise<number>;
  /** The generation of the tokens that are minted under the membership now, and how many it has, counted likewise. */
  countGeneration(id: MembershipId, limit: number): Promise<{ readonly generation: number; readonly count: number }>;
  /** The organization's keys that are not revoked, and its invitations that are pending. */
  countKeysAndInvitations(id: OrganizationId): Promise<{ readonly apiKeys: number; readonly invitations: number }>;
  /**
   * Of up to `limit` members beyond the user `after`, those who hold tokens that this end, and no earlier one, ended and
   * that have no tombstone yet. `next` is `null` when no members are left. The end of an account has no holders.
   */
  listEndedHolders(
    of: Ended,
    page: { readonly limit: number; readonly after: UserId | null; readonly named: number },
  ): Promise<{ readonly holders: readonly EndedHolder[]; readonly next: UserId | null }>;
}

export interface FollowUpWrites {
  /** Ends all tokens of the present generation of the membership. The caller holds its lock, or its organization's. */
  raiseTokenGeneration(id: MembershipId): Promise<void>;
  /**
   * Leaves a tombstone on up to `limit` of the tokens that this end, and no earlier one, ended, newest first beyond
   * `after`. Answers those that had none; `next` is `null` when no more are left.
   */
  revokeEndedTokens(
    of: Ended,
    revocation: Revocation,
    page: PageRequest,
  ): Promise<{ readonly revoked: readonly EndedToken[]; readonly next: Cursor | null }>;

  insertFollowUp(followUp: FollowUp): Promise<void>;
  /** The oldest that no other replica is working on and that is not among `except`, locked; `null` when there is none. */
  claimFollowUp(except: readonly string[]): Promise<FollowUp | null>;
  saveFollowUp(subject: string, progress: NonNullable<FollowUp["progress"]>): Promise<void>;
  finishFollowUp(subject: string): Promise<void>;
}

/** The name under which the follow-up of an end is kept. */
export function subjectOf(ended: Ended): string {
  return ended.kind === "generation" ? `${ended.id}/${ended.generation}` : ended.id;
}

/** The inverse; `null` when the follow-up is not of an end. */
export function endedOf({ kind, subject }: Pick<FollowUp, "kind" | "subject">): Ended | null {
  if (kind === "policy") return null;
  const [id, generation] = subject.split("/");
  return (kind === "generation" ? { kind, id, generation: Number(generation) } : { kind, id }) as Ended;
}
