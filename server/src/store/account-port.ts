// Verbs about the instance's set-up, users, their sessions, and the counting of attempts.
import type { OrganizationId, SessionId, UserId } from "@mintmark/core";
import type { Hash } from "./credential-port.ts";
import type { Page, PageRequest } from "./page.ts";

export interface InstanceRecord {
  /** SHA-256 of the present set-up code; `null` when none was made or it is spent. */
  readonly setupCodeHash: Hash | null;
  readonly setupCodeExpiresAt: number | null;
  /** Wrong tries at the present code. */
  readonly setupCodeAttempts: number;
  /** When the first account was made; from then on set-up is over for good. */
  readonly setUpAt: number | null;
}

export interface UserRecord {
  readonly id: UserId;
  readonly name: string;
  readonly email: string;
  readonly emailVerifiedAt: number | null;
  /** When an address of the account was first proved, this one or one before; `null`: none ever was. */
  readonly addressProvedAt: number | null;
  readonly instanceAdminAt: number | null;
  readonly createdAt: number;
  readonly suspendedAt: number | null;
  readonly deletedAt: number | null;
}

export interface SessionRecord {
  readonly id: SessionId;
  readonly userId: UserId;
  /** The active organization. */
  readonly organizationId: OrganizationId;
  readonly createdAt: number;
  /** When the password was last given in this session. */
  readonly authenticatedAt: number;
  readonly lastSeenAt: number;
  readonly expiresAt: number;
  readonly ip: string | null;
  readonly userAgent: string | null;
  readonly endedAt: number | null;
}

export interface NewUser {
  readonly id: UserId;
  readonly name: string;
  readonly email: string;
  readonly passwordHash: string;
  readonly createdAt: number;
  readonly instanceAdminAt: number | null;
}

export interface NewSession extends Omit<SessionRecord, "endedAt" | "lastSeenAt"> {
  readonly hash: Hash;
}

export interface UserFilter {
  /** A part of name or email, ignoring case; or the whole id. */
  readonly query: string | null;
  readonly state?: "active" | "suspended";
  readonly instanceAdmin?: boolean;
}

export interface AccountReads {
  getInstance(): Promise<InstanceRecord>;
  findUser(id: UserId): Promise<UserRecord | null>;
  /** By email key, among users that are not deleted. */
  findUserByEmail(email: string): Promise<UserRecord | null>;
  findPasswordHash(id: UserId): Promise<string | null>;
  /** Users that are not deleted, newest first. */
  listUsers(filter: UserFilter, page: PageRequest): Promise<Page<UserRecord>>;
  /** A session that was not ended, with its user, whatever the state of either; expiry is judged by the caller. */
  findSession(hash: Hash): Promise<{ readonly session: SessionRecord; readonly user: UserRecord } | null>;
  /** One session of the user that was not ended and has not expired at `now`. */
  findOpenSession(userId: UserId, id: SessionId, now: number): Promise<SessionRecord | null>;
  /** Those of them that were seen after `seenAfter`, page by page. */
  pageSessions(
    userId: UserId,
    at: { readonly now: number; readonly seenAfter: number },
    page: PageRequest,
  ): Promise<Page<SessionRecord>>;
  /** The user's sessions that are neither ended nor expired at `now`, newest first. */
  listSessions(userId: UserId, now: number): Promise<readonly SessionRecord[]>;
  /** Failures counted under a key since its window began; `null` when there are none. */
  findAttempts(key: string): Promise<AttemptRecord | null>;
}

export interface AttemptRecord {
  readonly count: number;
  /** When the present window began. */
  readonly since: number;
  /** The last counted attempt. */
  readonly lastAt: number;
}

export interface AccountWrites {
  /** Locks the instance row: whoever sets up, or ends an instance admin, holds it. */
  lockInstance(): Promise<InstanceRecord>;
  setSetupCode(code: { readonly hash: Hash; readonly expiresAt: number }): Promise<void>;
  countSetupAttempt(): Promise<void>;
  /** Ends set-up for good and forgets the code. */
  markSetUp(at: number): Promise<void>;

  lockUser(id: UserId): Promise<UserRecord | null>;
  insertUser(user: NewUser): Promise<void>;
  setUserName(id: UserId, name: string): Promise<void>;
  /** Changes the address and clears its verification. */
  setUserEmail(id: UserId, email: string): Promise<void>;
  /** Records that the present address is proved; an earlier proof keeps its instant, and so does the first of any address. */
  verifyUserEmail(id: UserId, at: number): Promise<void>;
  setPasswordHash(id: UserId, passwordHash: string): Promise<void>;
  suspendUser(id: UserId, at: number, by: string): Promise<void>;
  reinstateUser(id: UserId): Promise<void>;
  /** Leaves a tombstone without name, address and password, and frees the address. */
  deleteUser(id: UserId, at: number): Promise<void>;
  /** Instance admins that are neither suspended nor deleted. */
  countInstanceAdmins(): Promise<number>;

  insertSession(session: NewSession): Promise<void>;
  setSessionOrganization(id: SessionId, organizationId: OrganizationId): Promise<void>;
  setSessionAuthenticated(id: SessionId, at: number): Promise<void>;
  touchSession(
    id: SessionId,
    seen: { readonly at: number; readonly ip: string | null; readonly userAgent: string | null },
  ): Promise<void>;
  /** Ends one session of this user; `false` when there is no such open session. */
  endSession(userId: UserId, id: SessionId, at: number): Promise<boolean>;
  /** Ends every open session of the user but `except`; answers how many ended. */
  endSessionsOfUser(userId: UserId, except: SessionId | null, at: number): Promise<number>;
  /** Sessions of this user that are active in the organization go on in `to`; answers how many. */
  moveSessions(userId: UserId, from: OrganizationId, to: OrganizationId): Promise<number>;
  /** Up to `limit` sessions active in the organization go on in their users' personal ones; answers how many. */
  moveSessionsOfOrganization(from: OrganizationId, limit: number): Promise<number>;

  /**
   * Counts one attempt under a key and answers the count within the present window. A window that
   * began `windowMs` or more before `now` is over: counting starts anew. Atomic under concurrency.
   */
  countAttempt(key: string, windowMs: number, now: number): Promise<AttemptRecord>;
  clearAttempts(key: string): Promise<void>;
  /** Forgets the attempts under every key last counted before `before`, except keys that begin with `except`. */
  forgetAttempts(before: number, except?: string): Promise<void>;
}
