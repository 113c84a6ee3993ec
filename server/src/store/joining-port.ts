// Verbs about joining an organization by a verified address of its domain.
import type { OrganizationId, UserId } from "@mintmark/core";
import type { Page, PageRequest } from "./page.ts";

export interface DomainJoiningRecord {
  readonly organizationId: OrganizationId;
  /** In lower case. */
  readonly domain: string;
  /** What whoever joins becomes. */
  readonly role: string;
  readonly setAt: number;
  readonly setBy: UserId;
}

/** An organization that someone may join, as lists show it. */
export interface JoinableRecord extends DomainJoiningRecord {
  readonly organizationName: string;
}

export interface JoiningReads {
  findDomainJoining(organizationId: OrganizationId): Promise<DomainJoiningRecord | null>;
  /**
   * Organizations (not deleted) that are open to this domain, latest setting first, without those where the
   * user is a member, and those that someone else removed them from.
   */
  listJoinableOrganizations(
    filter: { readonly userId: UserId; readonly domain: string },
    page: PageRequest,
  ): Promise<Page<JoinableRecord>>;
  /** Whether someone else ended a membership of this user there. Leaving by oneself is no removal. */
  wasRemoved(organizationId: OrganizationId, userId: UserId): Promise<boolean>;
}

export interface JoiningWrites {
  /** Opens the organization to a domain, in the place of the one before. */
  setDomainJoining(joining: DomainJoiningRecord): Promise<void>;
  clearDomainJoining(organizationId: OrganizationId): Promise<void>;
  /** Closes every organization that this user opened, and answers how they were open. */
  clearDomainJoiningsSetBy(userId: UserId): Promise<readonly DomainJoiningRecord[]>;
}
