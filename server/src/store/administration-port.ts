// Verbs of instance administration: what an instance admin sees of people and organizations, without being a member.
import type { OrganizationId, UserId } from "@mintmark/core";
import type { MemberRecord, OrganizationRecord } from "./member-port.ts";
import type { Page, PageRequest } from "./page.ts";

/** An organization from outside: what it is and how many are in it. */
export interface OrganizationSummary {
  readonly organization: OrganizationRecord;
  /** Present members, suspended ones included. */
  readonly memberCount: number;
  /** Owners whose membership and user are both unsuspended. */
  readonly activeOwnerCount: number;
  /** Tokens that are neither revoked nor expired. */
  readonly tokenCount: number;
  /** API keys that are neither revoked nor expired. */
  readonly apiKeyCount: number;
}

export interface OrganizationFilter {
  /** A part of the name, ignoring case; or the whole id. */
  readonly query: string | null;
  readonly state: "active" | "deleted" | "all";
  /** Personal ones alone, or only the others; `null`: both. */
  readonly personal: boolean | null;
  /** Only those that nobody can administer: no active owner is left. */
  readonly withoutOwner: boolean;
}

export interface AdministrationReads {
  /** Newest first; `now` decides which credentials have expired. */
  listOrganizations(filter: OrganizationFilter, now: number, page: PageRequest): Promise<Page<OrganizationSummary>>;
  /** Also a deleted one. */
  findOrganizationSummary(id: OrganizationId, now: number): Promise<OrganizationSummary | null>;
  /** The present owners, suspended or not, latest joining first. */
  listOwners(organizationId: OrganizationId, now: number): Promise<readonly MemberRecord[]>;
  /** How many tokens of the user are neither revoked nor expired, in each organization where there is one. */
  countLiveTokensOfUser(userId: UserId, now: number): Promise<ReadonlyMap<OrganizationId, number>>;
}

export interface AdministrationWrites {
  /** An appointment that already stands keeps its instant. */
  appointInstanceAdmin(id: UserId, at: number): Promise<void>;
  dismissInstanceAdmin(id: UserId): Promise<void>;
}
