// The rows of logins from a terminal; tables.ts says what all rows have in common.
import type { DeviceLoginId, MembershipId, OrganizationId, SessionId, TokenId, UserId } from "@mintmark/core";
import type { Hash } from "./credential-port.ts";

export interface DeviceLoginRow {
  id: DeviceLoginId;
  device_code_hash: Hash | null;
  user_code_hash: Hash | null;
  authorization_code_hash: Hash | null;
  device_name: string;
  ip: string | null;
  user_agent: string | null;
  created_at: number;
  expires_at: number;
  redirect_uri: string | null;
  code_challenge: string | null;
  poll_interval_ms: number;
  last_polled_at: number | null;
  session_id: SessionId | null;
  user_id: UserId | null;
  claimed_at: number | null;
  granted_at: number | null;
  organization_id: OrganizationId | null;
  membership_id: MembershipId | null;
  token_name: string | null;
  /** JSON array, or `null` for the whole role. */
  permissions: string | null;
  token_expires_at: number | null;
  code_expires_at: number | null;
  denied_at: number | null;
  refused_at: number | null;
  redeemed_at: number | null;
  token_id: TokenId | null;
}
