// Verbs about the one-time links that are mailed to people, to prove an address or to set a new password.
import type { UserId } from "@mintmark/core";
import type { Hash } from "./credential-port.ts";

export type EmailLinkKind = "verify_email" | "reset_password";

export interface EmailLinkRecord {
  readonly kind: EmailLinkKind;
  readonly userId: UserId;
  /** Where the letter went: opening the link proves this address and no other. */
  readonly email: string;
  readonly createdAt: number;
  readonly expiresAt: number;
}

export interface NewEmailLink extends EmailLinkRecord {
  readonly hash: Hash;
}

export interface EmailLinkReads {
  /** A link that was neither used nor ended; expiry is judged by the caller. */
  findEmailLink(kind: EmailLinkKind, hash: Hash): Promise<EmailLinkRecord | null>;
}

export interface EmailLinkWrites {
  insertEmailLink(link: NewEmailLink): Promise<void>;
  /** Uses up the link; `false` when it was used or ended before. Of two at once one gets `true`. */
  useEmailLink(kind: EmailLinkKind, hash: Hash): Promise<boolean>;
  /** Ends every link of this kind that the user was sent. */
  endEmailLinks(kind: EmailLinkKind, userId: UserId): Promise<void>;
  /** Deletes the user's links whose time was over at `before`. */
  forgetEmailLinks(userId: UserId, before: number): Promise<void>;
}
