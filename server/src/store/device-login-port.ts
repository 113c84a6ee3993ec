// Verbs about logins from a terminal: what was asked for, who opened it in a browser, what they granted, and what
// became of it. A login stores a grant and never a secret; codes are stored as hashes.
import type { DeviceLoginId, MembershipId, OrganizationId, SessionId, TokenId, UserId } from "@mintmark/core";
import type { Hash } from "./credential-port.ts";

/** What a login was granted, and by whom. It is judged again when the token is minted. */
export interface DeviceGrant {
  readonly at: number;
  readonly organizationId: OrganizationId;
  readonly membershipId: MembershipId;
  readonly tokenName: string;
  /** `null`: the whole role. */
  readonly permissions: readonly string[] | null;
  readonly tokenExpiresAt: number | null;
}

/** The browser session that opened a login; nobody else decides about it. */
export interface DeviceClaim {
  readonly sessionId: SessionId;
  readonly userId: UserId;
  readonly at: number;
}

/** Where the browser hands the code to, on the machine that it runs on, and what the code is bound to. */
export interface Loopback {
  readonly redirectUri: string;
  /** PKCE, S256. */
  readonly codeChallenge: string;
}

export interface DeviceLoginRecord {
  readonly id: DeviceLoginId;
  /** What the device calls itself: anybody's text, made fit to be shown. */
  readonly deviceName: string;
  /** Where it was asked for. */
  readonly ip: string | null;
  readonly userAgent: string | null;
  readonly createdAt: number;
  readonly expiresAt: number;
  /** `null`: the device polls. */
  readonly loopback: Loopback | null;
  /** How long the device has to wait between two polls. */
  readonly pollIntervalMs: number;
  readonly lastPolledAt: number | null;
  readonly claim: DeviceClaim | null;
  readonly grant: DeviceGrant | null;
  /** When the code that the browser was given ends; `null` where there is none. */
  readonly codeExpiresAt: number | null;
  readonly deniedAt: number | null;
  /** When a grant turned out to be worth nothing. */
  readonly refusedAt: number | null;
  readonly redeemedAt: number | null;
  readonly tokenId: TokenId | null;
}

export interface NewDeviceLogin extends Pick<
  DeviceLoginRecord,
  "id" | "deviceName" | "ip" | "userAgent" | "createdAt" | "expiresAt" | "loopback" | "pollIntervalMs" | "claim"
> {
  /** Of the two codes of a device that polls; `null` with a loopback. */
  readonly codes: { readonly deviceCodeHash: Hash; readonly userCodeHash: Hash } | null;
}

/** Which of its codes a login is looked for by. */
export type DeviceCodeKind = "device_code" | "user_code" | "authorization_code";

export interface DeviceLoginReads {
  /** Whatever became of it; its time is judged by the caller. */
  findDeviceLogin(kind: DeviceCodeKind, hash: Hash): Promise<DeviceLoginRecord | null>;
}

export interface DeviceLoginWrites {
  insertDeviceLogin(login: NewDeviceLogin): Promise<void>;
  /** Taken after organization, membership and user, and before a token. */
  lockDeviceLogin(id: DeviceLoginId): Promise<DeviceLoginRecord | null>;
  claimDeviceLogin(id: DeviceLoginId, claim: DeviceClaim): Promise<void>;
  /** `code` is what the browser hands to a loopback; `null` where the device polls. */
  grantDeviceLogin(
    id: DeviceLoginId,
    grant: DeviceGrant,
    code: { readonly hash: Hash; readonly expiresAt: number } | null,
  ): Promise<void>;
  denyDeviceLogin(id: DeviceLoginId, at: number): Promise<void>;
  refuseDeviceLogin(id: DeviceLoginId, at: number): Promise<void>;
  /** Refuses every login that this user opened and that is not decided or redeemed, and answers them. */
  refuseDeviceLoginsOf(
    userId: UserId,
    at: number,
  ): Promise<readonly { readonly id: DeviceLoginId; readonly deviceName: string }[]>;
  redeemDeviceLogin(id: DeviceLoginId, tokenId: TokenId, at: number): Promise<void>;
  notePoll(id: DeviceLoginId, at: number, pollIntervalMs: number): Promise<void>;
  /** Forgets at most `limit` logins whose time was over before `before`; answers how many. */
  forgetDeviceLogins(before: number, limit: number): Promise<number>;
  /**
   * Forgets at most `limit` logins that no session opened: those whose time was over before `before`, or the oldest of
   * those beyond so many. Answers how many.
   */
  forgetUnclaimedLogins(
    which: { readonly before: number } | { readonly beyond: number },
    limit: number,
  ): Promise<number>;
}
