// Verbs about organizations, memberships and invitations.
import type { InvitationId, MembershipId, OrganizationId, TokenId, TokenPolicy, UserId } from "@mintmark/core";
import type { UserRecord } from "./account-port.ts";
import type { Hash } from "./credential-port.ts";
import type { Page, PageRequest } from "./page.ts";

export interface OrganizationRecord {
  readonly id: OrganizationId;
  readonly name: string;
  /** The user whose personal organization this is, or `null`. */
  readonly personalOf: UserId | null;
  readonly createdAt: number;
  readonly deletedAt: number | null;
  /** Always whole: the default where none was set. */
  readonly policy: TokenPolicy;
}

export interface MembershipRecord {
  readonly id: MembershipId;
  readonly organizationId: OrganizationId;
  readonly userId: UserId;
  readonly role: string;
  readonly joinedAt: number;
  readonly suspendedAt: number | null;
  readonly endedAt: number | null;
}

/** A present member as lists show it. */
export interface MemberRecord extends MembershipRecord {
  readonly user: UserRecord;
  /** Tokens of this membership that are neither revoked nor expired. */
  readonly tokenCount: number;
}

/** Who issued an invitation, and so on whose authority it can be accepted. */
export interface InvitationIssuer {
  /** The membership that issued it, and with whose end it is withdrawn; `null` for an API key. */
  readonly invitedByMembershipId: MembershipId | null;
  /** The token that the member issued it through; `null` for a browser session, and for an API key. */
  readonly invitedByTokenId: TokenId | null;
  /** The user or the API key. */
  readonly invitedBy: { readonly id: string; readonly name: string };
}

export interface InvitationRecord extends InvitationIssuer {
  readonly id: InvitationId;
  readonly organizationId: OrganizationId;
  readonly email: string;
  readonly role: string;
  readonly createdAt: number;
  readonly expiresAt: number;
  readonly acceptedAt: number | null;
  readonly withdrawnAt: number | null;
}

/** The two links of one invitation: they lead to the same, and die together. */
export interface InvitationLinks {
  /** Of the link that is shown to be copied: whoever has it proves nothing. */
  readonly hash: Hash;
  /** Of the link in the letter: whoever has it reads the mail of the address. Absent when no letter is written. */
  readonly mailedHash?: Hash | null;
}

/** What sending an invitation again changes of it. */
export interface InvitationRenewal extends InvitationIssuer, InvitationLinks {
  readonly expiresAt: number;
}

export interface NewInvitation extends Omit<InvitationRecord, "acceptedAt" | "withdrawnAt">, InvitationLinks {}

/** An organization and the membership that somebody has in it. */
export interface OwnOrganization {
  readonly organization: OrganizationRecord;
  readonly membership: MembershipRecord;
}

export interface MemberReads {
  /** Also a deleted one: the caller looks at `deletedAt`. */
  findOrganization(id: OrganizationId): Promise<OrganizationRecord | null>;
  findPersonalOrganization(userId: UserId): Promise<OrganizationRecord | null>;
  /** Organizations (not deleted) with the user's present membership in each, by name, personal first. */
  listOrganizationsOfUser(userId: UserId): Promise<readonly OwnOrganization[]>;
  /** The one of them with this id, or `null`. */
  findOrganizationOfUser(userId: UserId, id: OrganizationId): Promise<OwnOrganization | null>;
  /**
   * A page of them in the same order, those whose name contains the query, and how many there are on all pages. `null`
   * when the cursor is none of them (any more).
   */
  pageOrganizationsOfUser(
    userId: UserId,
    query: string | null,
    page: PageRequest,
  ): Promise<(Page<OwnOrganization> & { readonly count: number }) | null>;
  /** The membership that has not ended, suspended or not. */
  findMembership(organizationId: OrganizationId, userId: UserId): Promise<MembershipRecord | null>;
  /** One present member of the organization by membership id. */
  findMember(organizationId: OrganizationId, id: MembershipId, now: number): Promise<MemberRecord | null>;
  /** Present members, latest joining first; `query` matches a part of name or email, ignoring case. */
  listMembers(
    organizationId: OrganizationId,
    filter: { readonly query: string | null; readonly now: number },
    page: PageRequest,
  ): Promise<Page<MemberRecord>>;
  /** Owners whose membership and user are both unsuspended. */
  countActiveOwners(organizationId: OrganizationId): Promise<number>;
  /** By the link that was shown to be copied. */
  findInvitationByHash(hash: Hash): Promise<InvitationRecord | null>;
  /** By the link in the letter. */
  findInvitationByMailedHash(hash: Hash): Promise<InvitationRecord | null>;
  findInvitation(organizationId: OrganizationId, id: InvitationId): Promise<InvitationRecord | null>;
  /** The invitation of this address that is neither accepted nor withdrawn, expired or not. */
  findPendingInvitation(organizationId: OrganizationId, email: string): Promise<InvitationRecord | null>;
  /** Invitations that are neither accepted nor withdrawn, expired ones included. */
  listInvitations(organizationId: OrganizationId, page: PageRequest): Promise<Page<InvitationRecord>>;
}

export interface MemberWrites {
  /**
   * Locks the organization row. `exclusive` for whatever can change who is in it or its policy, or adds to what it has
   * a bound for (invitations, keys); `shared` for what only must not run beside such a change (minting).
   */
  lockOrganization(id: OrganizationId, mode: "exclusive" | "shared"): Promise<OrganizationRecord | null>;
  insertOrganization(organization: {
    readonly id: OrganizationId;
    readonly name: string;
    readonly personalOf: UserId | null;
    readonly createdAt: number;
  }): Promise<void>;
  renameOrganization(id: OrganizationId, name: string): Promise<void>;
  setPolicy(id: OrganizationId, policy: TokenPolicy): Promise<void>;
  /** Leaves a tombstone; the caller ends memberships, credentials and invitations in the same transaction. */
  deleteOrganization(id: OrganizationId, at: number, by: string): Promise<void>;

  /** Throws `Conflict("active_membership")` when the user already is a member. */
  insertMembership(membership: Omit<MembershipRecord, "suspendedAt" | "endedAt">): Promise<void>;
  lockMembership(id: MembershipId): Promise<MembershipRecord | null>;
  setMemberRole(id: MembershipId, role: string): Promise<void>;
  suspendMembership(id: MembershipId, at: number, by: string): Promise<void>;
  reinstateMembership(id: MembershipId): Promise<void>;
  endMembership(id: MembershipId, at: number, by: string): Promise<void>;
  /** Ends up to `limit` memberships of the organization; answers how many. */
  endMembershipsOfOrganization(organizationId: OrganizationId, at: number, by: string, limit: number): Promise<number>;

  /** Throws `Conflict("pending_invitation")` when the address already has one. */
  insertInvitation(invitation: NewInvitation): Promise<void>;
  lockInvitation(id: InvitationId): Promise<InvitationRecord | null>;
  acceptInvitation(id: InvitationId, at: number, by: UserId): Promise<void>;
  withdrawInvitation(id: InvitationId, at: number): Promise<void>;
  /** Gives the invitation new links, a new end and the issuer who sends it now; both old links are dead. */
  renewInvitation(id: InvitationId, renewal: InvitationRenewal): Promise<void>;
  /** Answers those it withdrew, as they are now. */
  withdrawInvitationsIssuedBy(membershipId: MembershipId, at: number): Promise<readonly InvitationRecord[]>;
  /** Withdraws up to `limit` pending invitations of the organization; answers how many. */
  withdrawInvitationsOfOrganization(organizationId: OrganizationId, at: number, limit: number): Promise<number>;
}
