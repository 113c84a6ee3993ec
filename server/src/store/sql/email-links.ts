import type { UserId } from "@mintmark/core";
import type { Hash } from "../credential-port.ts";
import type { EmailLinkKind, EmailLinkRecord, NewEmailLink } from "../email-link-port.ts";
import type { EmailLinkRow } from "../tables.ts";
import type { SqlContext } from "./context.ts";

/** By primary key. */
export async function findEmailLink(
  { db }: SqlContext,
  kind: EmailLinkKind,
  hash: Hash,
): Promise<EmailLinkRecord | null> {
  const row = await db
    .selectFrom("email_links")
    .selectAll()
    .where("hash", "=", hash)
    .where("kind", "=", kind)
    .executeTakeFirst();
  return row === undefined ? null : toEmailLink(row);
}

export async function insertEmailLink({ db }: SqlContext, link: NewEmailLink): Promise<void> {
  await db
    .insertInto("email_links")
    .values({
      hash: link.hash,
      kind: link.kind,
      user_id: link.userId,
      email: link.email,
      created_at: link.createdAt,
      expires_at: link.expiresAt,
    })
    .execute();
}

/** By primary key. The row goes with its use: of two at once the second waits, and finds none. */
export async function useEmailLink({ db }: SqlContext, kind: EmailLinkKind, hash: Hash): Promise<boolean> {
  const { numDeletedRows } = await db
    .deleteFrom("email_links")
    .where("hash", "=", hash)
    .where("kind", "=", kind)
    .executeTakeFirstOrThrow();
  return numDeletedRows > 0n;
}

/** By email_links_user. */
export async function endEmailLinks({ db }: SqlContext, kind: EmailLinkKind, userId: UserId): Promise<void> {
  await db.deleteFrom("email_links").where("user_id", "=", userId).where("kind", "=", kind).execute();
}

/** By email_links_user. */
export async function forgetEmailLinks({ db }: SqlContext, userId: UserId, before: number): Promise<void> {
  await db.deleteFrom("email_links").where("user_id", "=", userId).where("expires_at", "<=", before).execute();
}

function toEmailLink(row: EmailLinkRow): EmailLinkRecord {
  return {
    kind: row.kind,
    userId: row.user_id,
    email: row.email,
    createdAt: row.created_at,
    expiresAt: row.expires_at,
  };
}
