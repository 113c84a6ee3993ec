// One-time links that are emailed to people, to prove an address or to set a new password. A link to set a password may
// also be handed over by an instance admin or by the operator.
import type { UserId } from "@mintmark/core";
import type { SqlContext } from "../context.ts";
import type { EmailKind } from "../mail/rows.ts";
import type { EmailLinkRow } from "../tables.ts";
import type { Hash } from "../values.ts";

export type EmailLinkKind = EmailLinkRow["kind"];

export interface EmailLinkRecord {
  readonly kind: EmailLinkKind;
  readonly userId: UserId;
  /** The account's address then. Opening a link that was emailed to it proves this address and no other. */
  readonly email: string;
  /** The instance admin, or the host's command, that handed the link over; `null`: it was emailed. */
  readonly issuedBy: UserId | "host" | null;
  readonly createdAt: number;
  readonly expiresAt: number;
}

export interface NewEmailLink extends EmailLinkRecord {
  readonly hash: Hash;
}

export const emailLinkReads = { findEmailLink };

export const emailLinkWrites = { insertEmailLink, useEmailLink, endEmailLinks, forgetEmailLinks };

/** A link that was neither used nor ended. The caller checks the expiry. Uses the primary key. */
async function findEmailLink({ db }: SqlContext, kind: EmailLinkKind, hash: Hash): Promise<EmailLinkRecord | null> {
  const row = await db
    .selectFrom("email_links")
    .selectAll()
    .where("hash", "=", hash)
    .where("kind", "=", kind)
    .executeTakeFirst();
  return row === undefined ? null : toEmailLink(row);
}

async function insertEmailLink({ db }: SqlContext, link: NewEmailLink): Promise<void> {
  await db
    .insertInto("email_links")
    .values({
      hash: link.hash,
      kind: link.kind,
      user_id: link.userId,
      email: link.email,
      created_at: link.createdAt,
      expires_at: link.expiresAt,
      issued_by: link.issuedBy,
    })
    .execute();
}

/**
 * Uses up the link. Returns `false` when it was used or ended before; of two calls at once, one returns `true`. The use
 * deletes the row, so the second call waits and then finds none. Uses the primary key.
 */
async function useEmailLink({ db }: SqlContext, kind: EmailLinkKind, hash: Hash): Promise<boolean> {
  const { numDeletedRows } = await db
    .deleteFrom("email_links")
    .where("hash", "=", hash)
    .where("kind", "=", kind)
    .executeTakeFirstOrThrow();
  return numDeletedRows > 0n;
}

/** The emails that bring a link of each kind. */
const EMAILS: Readonly<Record<EmailLinkKind, readonly EmailKind[]>> = {
  verify_email: ["verify_address", "change_address"],
  reset_password: ["reset_password"],
};

/**
 * Ends every link of this kind that was issued for the user, and every one that waits to be sent. The caller holds the
 * user's lock. Uses email_links_user, emails_user and emails_about.
 */
async function endEmailLinks({ db }: SqlContext, kind: EmailLinkKind, userId: UserId): Promise<void> {
  await db.deleteFrom("email_links").where("user_id", "=", userId).where("kind", "=", kind).execute();
  await db
    .deleteFrom("emails")
    .where("user_id", "=", userId)
    .where("kind", "in", EMAILS[kind])
    .where("due_at", "is not", null)
    .execute();
  if (kind !== "reset_password") return;
  // A reset names no user before it is composed, only the key of the address.
  const user = await db.selectFrom("users").select("email_key").where("id", "=", userId).executeTakeFirst();
  if (user === undefined || user.email_key === null) return;
  await db
    .deleteFrom("emails")
    .where("about", "=", user.email_key)
    .where("kind", "=", kind)
    .where("due_at", "is not", null)
    .execute();
}

/** Deletes the user's links that had expired at `before`. Uses email_links_user. */
async function forgetEmailLinks({ db }: SqlContext, userId: UserId, before: number): Promise<void> {
  await db.deleteFrom("email_links").where("user_id", "=", userId).where("expires_at", "<=", before).execute();
}

function toEmailLink(row: EmailLinkRow): EmailLinkRecord {
  return {
    kind: row.kind,
    userId: row.user_id,
    email: row.email,
    createdAt: row.created_at,
    expiresAt: row.expires_at,
    issuedBy: row.issued_by,
  };
}
