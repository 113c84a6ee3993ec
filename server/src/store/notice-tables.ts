// The rows of notices and calendar feeds; tables.ts says what all rows have in common.
import type { CalendarFeedId, NoticeId, NoticeKind, OrganizationId, TokenId, UserId } from "@mintmark/core";
import type { Hash } from "./credential-port.ts";

export interface NoticeRow {
  id: NoticeId;
  user_id: UserId;
  kind: NoticeKind;
  at: number;
  organization_id: OrganizationId | null;
  token_id: TokenId | null;
  token_name: string | null;
  /** JSON object. */
  details: string;
  read_at: number | null;
  dismissed_at: number | null;
  /** When its letter may be sent; `null` when it was sent, is being sent, or will not be. */
  mail_due_at: number | null;
  /** How often a replica has taken it up. */
  mail_attempts: number;
  mailed_at: number | null;
}

/** A row stands for a kind that its user does not want by mail. */
export interface NoticeMuteRow {
  user_id: UserId;
  kind: NoticeKind;
  muted_at: number;
}

export interface CalendarFeedRow {
  id: CalendarFeedId;
  user_id: UserId;
  hash: Hash;
  created_at: number;
  last_read_at: number | null;
  revoked_at: number | null;
}
