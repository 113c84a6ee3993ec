// The rows of the tables about notices.
import type { ApiKeyId, CalendarFeedId, NoticeId, NoticeKind, OrganizationId, TokenId, UserId } from "@mintmark/core";
import type { Hash } from "../values.ts";

export interface NoticeRow {
  id: NoticeId;
  user_id: UserId;
  kind: NoticeKind;
  at: number;
  organization_id: OrganizationId | null;
  token_id: TokenId | ApiKeyId | null;
  token_name: string | null;
  /** JSON object. */
  details: string;
  read_at: number | null;
  dismissed_at: number | null;
  resolved_at: number | null;
  mail_due_at: number | null;
}

/** A row means that its user does not want this kind by email. */
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
  entries: string;
}

/** The link of one email, with the user and the kind that it turns off. */
export interface UnsubscribeLinkRow {
  hash: Hash;
  user_id: UserId;
  kind: NoticeKind;
  created_at: number;
  used_at: number | null;
}
