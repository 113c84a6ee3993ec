// The rows of emails and of emailed links to invitations. They are not in ../tables.ts, to keep both files short.
import type { EmailId, InvitationId, UserId } from "@mintmark/core";
import type { Generated } from "kysely";
import type { Hash } from "../values.ts";

/** Each kind of email has one composer, which writes it when it is sent. */
export type EmailKind =
  | "verify_address"
  | "change_address"
  | "reset_password"
  | "password_changed"
  | "address_changed"
  | "invitation"
  | "instance_admin_changed"
  | "owner_appointed"
  | "notice"
  | "test";

/**
 * How an email ended. `sent`: the mail server accepted it. `refused`: it refused it permanently. `expired`: it
 * refused it temporarily, until no time was left. `unknown`: the outcome is unknown after several attempts. `replaced`: a newer email took its place.
 */
export type EmailOutcome = "sent" | "refused" | "expired" | "unknown" | "replaced";

export interface EmailRow {
  id: EmailId;
  kind: EmailKind;
  /** An address. For a notice it is the user's id: the email goes to the address that they have when it is sent. */
  recipient: string;
  user_id: UserId | null;
  /** The id of the invitation or notice; of a reset the key of the address. */
  about: string | null;
  /** JSON object. Never a link or another secret. */
  details: string;
  created_at: number;
  give_up_at: number;
  /** When it may be sent, or when the claim on it runs out; `null` when it has ended. */
  due_at: number | null;
  /** How often it was claimed. The number also tells a present claim from one that ran out. */
  attempts: Generated<number>;
  unknown_outcomes: Generated<number>;
  /** When it was first composed. */
  composed_at: number | null;
  finished_at: number | null;
  outcome: EmailOutcome | null;
  /** Why the last attempt failed, without anything that could be a secret. */
  last_error: string | null;
  last_failed_at: number | null;
}

/** A link to an invitation that was emailed. */
export interface InvitationLinkRow {
  hash: Hash;
  invitation_id: InvitationId;
  email_id: EmailId;
  created_at: number;
}
