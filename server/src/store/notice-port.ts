// Verbs about notices: what people are told, what of it is mailed, and the calendar of their expiries.
import type {
  CalendarFeedId,
  ApiKeyId,
  NoticeId,
  NoticeKind,
  OrganizationId,
  RevokedReason,
  TokenId,
  UserId,
} from "@mintmark/core";
import type { UserRecord } from "./account-port.ts";
import type { ActorRef } from "./audit-port.ts";
import type { Hash } from "./credential-port.ts";
import type { Page, PageRequest } from "./page.ts";

/** What a notice says, by allow-list: never a secret, never a hash. Each kind has its own of these. */
interface NoticeDetails {
  /** Who did it; absent where nobody did. */
  readonly by?: ActorRef;
  /** When the token ends; `null`: it does not. */
  readonly expiresAt?: number | null;
  readonly daysLeft?: number;
  /** Where a token was minted or used. */
  readonly ip?: string | null;
  readonly network?: string;
  readonly userAgent?: string | null;
  /** Why tokens were revoked. */
  readonly reason?: RevokedReason;
  /** The first of the tokens it is about, and how many there are. */
  readonly tokens?: readonly { readonly id: TokenId; readonly name: string }[];
  readonly tokenCount?: number;
  /** Of these tokens: how many a policy refuses now, how many it took permissions from. */
  readonly stopped?: number;
  readonly narrowed?: number;
  /** Whether its reader's role may no longer mint. */
  readonly cannotMint?: boolean;
}

interface NoticeContent {
  readonly id: NoticeId;
  readonly userId: UserId;
  readonly kind: NoticeKind;
  readonly at: number;
  /** The token it is about, by the name it had then; `null` when it is about several, or none. */
  readonly token: { readonly id: TokenId; readonly name: string } | null;
  readonly details: NoticeDetails;
}

export interface NewNotice extends NoticeContent {
  readonly organizationId: OrganizationId | null;
  /** When its letter may be sent; `null`: not by mail. */
  readonly mailDueAt: number | null;
}

export interface NoticeRecord extends NoticeContent {
  /** By its present name. */
  readonly organization: { readonly id: OrganizationId; readonly name: string } | null;
  readonly readAt: number | null;
}

export interface NoticeFilter {
  readonly unreadOnly: boolean;
  /** `null`: every kind. */
  readonly kind: NoticeKind | null;
}

/** A notice whose letter this caller alone may send now. */
export interface ClaimedLetter {
  readonly notice: NoticeRecord;
  readonly user: UserRecord;
  /** Whether the user turned mail of this kind off. */
  readonly isMuted: boolean;
  /** How often it was taken up, this time included. */
  readonly attempts: number;
}

/** An unrevoked token whose end is to be announced. */
export interface ExpiringToken {
  readonly id: TokenId;
  readonly name: string;
  readonly userId: UserId;
  readonly organizationId: OrganizationId;
  readonly createdAt: number;
  readonly expiresAt: number;
  /** Whether it ended with what it hangs from, and only waits for its tombstone. */
  readonly hasEnded: boolean;
}

export interface CalendarFeedRecord {
  readonly id: CalendarFeedId;
  readonly userId: UserId;
  readonly createdAt: number;
  readonly lastReadAt: number | null;
}

/** What a calendar shows of a credential. */
export interface CalendarEntry {
  readonly id: TokenId | ApiKeyId;
  readonly name: string;
  readonly organizationName: string;
  readonly createdAt: number;
  readonly expiresAt: number;
}

export interface NoticeReads {
  /** The user's notices that were not dismissed, newest first. */
  listNotices(userId: UserId, filter: NoticeFilter, page: PageRequest): Promise<Page<NoticeRecord>>;
  /** Notices neither read nor dismissed, counted up to `limit`. */
  countUnreadNotices(userId: UserId, limit: number): Promise<number>;
  /** The kinds that the user does not want by mail. */
  listNoticeMutes(userId: UserId): Promise<readonly NoticeKind[]>;
  /** Whose these tokens are. */
  findTokenOwners(ids: readonly TokenId[]): Promise<ReadonlyMap<TokenId, UserId>>;
  /** Present members of the organization and their roles, by user id; `after` is the last one seen. */
  listMembersInOrder(
    organizationId: OrganizationId,
    page: { readonly limit: number; readonly after: UserId | null },
  ): Promise<readonly { readonly userId: UserId; readonly role: string }[]>;

  /** The user's feed that was not revoked. */
  findCalendarFeed(userId: UserId): Promise<CalendarFeedRecord | null>;
  /** A feed that was not revoked, with its user, whatever the state of the user. */
  findCalendarFeedByHash(hash: Hash): Promise<{ readonly feed: CalendarFeedRecord; readonly user: UserRecord } | null>;
  /** The user's live tokens that end after `now`, the next to end first. */
  listEndsOfTokens(userId: UserId, now: number, limit: number): Promise<readonly CalendarEntry[]>;
  /** The organizations' live keys that end after `now`, the next to end first. */
  listEndsOfApiKeys(
    organizationIds: readonly OrganizationId[],
    now: number,
    limit: number,
  ): Promise<readonly CalendarEntry[]>;
}

export interface NoticeWrites {
  insertNotices(notices: readonly NewNotice[]): Promise<void>;
  /** `false` when the user has no such notice, or dismissed it. */
  markNoticeRead(userId: UserId, id: NoticeId, at: number): Promise<boolean>;
  /** Marks what came until `at`; answers how many were unread. */
  markNoticesRead(userId: UserId, at: number): Promise<number>;
  /** `false` when the user has no such notice. */
  dismissNotice(userId: UserId, id: NoticeId, at: number): Promise<boolean>;
  /** Replaces the kinds that the user does not want by mail. */
  setNoticeMutes(userId: UserId, kinds: readonly NoticeKind[], at: number): Promise<void>;
  /** Forgets at most `limit` notices from before `before`; answers how many. */
  forgetNotices(before: number, limit: number): Promise<number>;

  /**
   * Locks unrevoked tokens whose end is due to be announced at `now`. Of several callers at once each is answered
   * others; when the transaction is rolled back, they are due again.
   */
  lockDueExpiryNotices(now: number, limit: number): Promise<readonly ExpiringToken[]>;
  /** When the end of each of these tokens is announced next; `null`: not any more. */
  setExpiryNoticesAt(next: ReadonlyMap<TokenId, number | null>): Promise<void>;

  /** Takes one letter that is due: nobody else gets it, unless it is given back by `delayLetter`. */
  claimLetter(now: number): Promise<ClaimedLetter | null>;
  recordMailed(id: NoticeId, at: number): Promise<void>;
  delayLetter(id: NoticeId, dueAt: number): Promise<void>;

  /** The user has no other feed that was not revoked. */
  insertCalendarFeed(feed: {
    readonly id: CalendarFeedId;
    readonly userId: UserId;
    readonly hash: Hash;
    readonly createdAt: number;
  }): Promise<void>;
  /** Answers the feed that this revoked, `null` when there was none. */
  revokeCalendarFeed(userId: UserId, at: number): Promise<CalendarFeedId | null>;
  touchCalendarFeed(id: CalendarFeedId, at: number): Promise<void>;
}
