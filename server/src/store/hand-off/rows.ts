// The rows of the table about hand-offs.
import type {
  HandOffId,
  HandOffPage,
  HandOffVia,
  ManagementKeyId,
  MembershipId,
  OrganizationId,
  UserId,
} from "@mintmark/core";
import type { Hash } from "../values.ts";

export interface HandOffRow {
  id: HandOffId;
  code_hash: Hash;
  /** The management key that made it. */
  made_by: ManagementKeyId;
  user_id: UserId;
  membership_id: MembershipId;
  organization_id: OrganizationId;
  page: HandOffPage;
  /** A path of the app with its query; `null` for the page's own. */
  return_to: string | null;
  /** A page of the host. */
  return_url: string | null;
  /** When the person proved to the host who they are; `null` where the host does not say. */
  authenticated_at: number | null;
  created_at: number;
  /** The end of the link. */
  expires_at: number;
  redeemed_at: number | null;
  via: HandOffVia | null;
  ended_at: number | null;
}
