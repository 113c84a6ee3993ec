// The rows of the database, in one shape for SQLite and PostgreSQL. Instants are epoch milliseconds, hashes are 32 bytes,
// lists and policies are JSON text. A state is a nullable instant with its actor, never a flag. Only the mappers of the
// domain files turn a row into a record.
import type {
  ApiKeyId,
  AuditAction,
  AuditEventId,
  DeviceLoginId,
  HandOffId,
  InvitationId,
  MembershipId,
  OrganizationId,
  RevokedReason,
  SessionId,
  TokenId,
  UserId,
} from "@mintmark/core";
import type { Generated, GeneratedAlways } from "kysely";
import type { AuthorityClockRow, AuthorityLogRow, ReplicaRow } from "./authority/rows.ts";
import type { InstanceRow, ManagementKeyRow, ServiceKeyRow, ServiceRow } from "./admin/rows.ts";
import type { HandOffRow } from "./hand-off/rows.ts";
import type { EventClockRow, EventHorizonRow, EventNumberRow, WebhookDeliveryRow, WebhookRow } from "./event/rows.ts";
import type { EmailRow, InvitationLinkRow } from "./mail/rows.ts";
import type { CalendarFeedRow, NoticeMuteRow, NoticeRow, UnsubscribeLinkRow } from "./notice/rows.ts";
import type { ActorRef, Hash, TargetRef, ViaRef } from "./values.ts";

export interface Tables {
  authority_clock: AuthorityClockRow;
  authority_log: AuthorityLogRow;
  replicas: ReplicaRow;
  emails: EmailRow;
  notices: NoticeRow;
  notice_mutes: NoticeMuteRow;
  unsubscribe_links: UnsubscribeLinkRow;
  calendar_feeds: CalendarFeedRow;
  device_logins: DeviceLoginRow;
  hand_offs: HandOffRow;
  instance: InstanceRow;
  users: UserRow;
  directory_versions: DirectoryVersionRow;
  sessions: SessionRow;
  attempts: AttemptRow;
  organizations: OrganizationRow;
  memberships: MembershipRow;
  invitations: InvitationRow;
  invitation_links: InvitationLinkRow;
  email_links: EmailLinkRow;
  domain_joinings: DomainJoiningRow;
  removed_addresses: RemovedAddressRow;
  personal_access_tokens: TokenRow;
  api_keys: ApiKeyRow;
  services: ServiceRow;
  service_keys: ServiceKeyRow;
  management_keys: ManagementKeyRow;
  credential_uses: CredentialUseRow;
  credential_sightings: CredentialSightingRow;
  credential_use_days: CredentialUseDayRow;
  credential_use_facets: CredentialUseFacetRow;
  organization_use_days: OrganizationUseDayRow;
  audit_events: AuditEventRow;
  event_clock: EventClockRow;
  event_numbers: EventNumberRow;
  event_horizons: EventHorizonRow;
  webhooks: WebhookRow;
  webhook_deliveries: WebhookDeliveryRow;
  follow_ups: FollowUpRow;
}

export interface UserRow {
  id: UserId;
  name: string;
  /** The name in lower case, for searches by a part of it. */
  name_key: string;
  email: string;
  /**
   * The part that two spellings of the address have in common; `null` when the account is deleted, which frees the
   * address.
   */
  email_key: string | null;
  email_verified_at: number | null;
  /** When the account first proved an address, the present one or an earlier one. */
  address_proved_at: number | null;
  password_hash: string | null;
  instance_admin_at: number | null;
  created_at: number;
  suspended_at: number | null;
  suspended_by: string | null;
  deleted_at: number | null;
  external_source: string | null;
  external_id: string | null;
  /** Set where the host says that the present address is proved, and nobody proved it here before. */
  email_vouched_at: number | null;
  /** The host's own suspension, which only the host ends. `suspended_at` is set too. */
  host_suspended_at: number | null;
}

interface DirectoryVersionRow {
  source: string;
  kind: "user" | "organization" | "member" | "members";
  external_id: string;
  member_external_id: string;
  version: number;
  deleted_version: number | null;
  seen_at: number;
}

export interface SessionRow {
  id: SessionId;
  hash: Hash;
  user_id: UserId;
  organization_id: OrganizationId | null;
  created_at: number;
  authenticated_at: number;
  last_seen_at: number;
  expires_at: number;
  ip: string | null;
  user_agent: string | null;
  ended_at: number | null;
  /** The hand-off that opened it; `null` for a sign-in. */
  hand_off_id: HandOffId | null;
}

export interface AttemptRow {
  key: string;
  count: number;
  window_began_at: number;
  last_at: number;
}

export interface OrganizationRow {
  id: OrganizationId;
  name: string;
  /** The name in lower case, for searches by a part of it. */
  name_key: string;
  personal_of: UserId | null;
  /** JSON of a `TokenPolicy`; `null` for the default. */
  policy: string | null;
  created_at: number;
  deleted_at: number | null;
  deleted_by: string | null;
  audit_retention_days: number | null;
  /** `null` if no retention was ever set. */
  audit_retention_effective_at: number | null;
  audit_retention_until_then_days: number | null;
  external_source: string | null;
  external_id: string | null;
}

export interface MembershipRow {
  id: MembershipId;
  organization_id: OrganizationId;
  user_id: UserId;
  role: string;
  joined_at: number;
  suspended_at: number | null;
  suspended_by: string | null;
  ended_at: number | null;
  ended_by: string | null;
  /** Tokens of an earlier generation than this have ended. */
  token_generation: Generated<number>;
  /** The host's own suspension, which only the host ends. `suspended_at` is set too. */
  host_suspended_at: number | null;
}

export interface InvitationRow {
  id: InvitationId;
  /** Of the link that is shown for copying. */
  hash: Hash;
  /** Of the link in the email, which proves the address; `null` when no email is sent. */
  mailed_hash: Hash | null;
  organization_id: OrganizationId;
  email: string;
  email_key: string;
  role: string;
  invited_by_membership_id: MembershipId | null;
  /** The token through which the member issued it; `null` for a browser session and for an API key. */
  invited_by_token_id: TokenId | null;
  invited_by_id: string;
  invited_by_name: string;
  created_at: number;
  expires_at: number;
  accepted_at: number | null;
  accepted_by: UserId | null;
  withdrawn_at: number | null;
}

/** The tombstone of a credential: all null while it is active. */
export interface RevocationColumns {
  revoked_at: number | null;
  revoked_reason: RevokedReason | null;
  revoked_by_kind: ActorRef["kind"] | null;
  revoked_by_id: string | null;
  revoked_by_name: string | null;
}

export interface TokenRow extends RevocationColumns {
  id: TokenId;
  hash: Hash;
  prefix: string;
  name: string;
  user_id: UserId;
  organization_id: OrganizationId;
  membership_id: MembershipId;
  /** The name in lower case, for searches by a part of it. */
  name_key: string;
  /** JSON array, or `null` for the whole role. */
  permissions: string | null;
  created_at: number;
  expires_at: number | null;
  /** When the audit log recorded the expiry. */
  expiry_noted_at: number | null;
  /** When to look next whether an end must be announced; `null` for never. */
  expiry_notice_at: number | null;
  replaces: TokenId | null;
  dismissed_at: number | null;
  /** The generation of its membership at the time of minting. */
  generation: Generated<number>;
  /** The expiry as lists sort it: no expiry comes after every other. The engine computes it. */
  expires_order: GeneratedAlways<number>;
}

export interface ApiKeyRow extends RevocationColumns {
  id: ApiKeyId;
  hash: Hash;
  prefix: string;
  name: string;
  organization_id: OrganizationId;
  role: string;
  permissions: string | null;
  created_by: UserId;
  created_at: number;
  expires_at: number | null;
  /** See the columns of a token. */
  expiry_noted_at: number | null;
  expiry_notice_at: number | null;
}

export interface EmailLinkRow {
  hash: Hash;
  kind: "verify_email" | "reset_password";
  user_id: UserId;
  email: string;
  created_at: number;
  expires_at: number;
  issued_by: UserId | "host" | null;
}

/** An address that a removed person had, as a hash with the organization's id, so that it tells nothing elsewhere. */
interface RemovedAddressRow {
  organization_id: OrganizationId;
  address_hash: string;
  removed_at: number;
}

export interface DomainJoiningRow {
  organization_id: OrganizationId;
  domain: string;
  role: string;
  set_at: number;
  set_by: UserId;
}

/**
 * Separate from the row of the credential, so that buffered usage never waits for the lock of a revocation. A token has
 * this row from its minting, a key from its first use.
 */
export interface CredentialUseRow {
  credential_id: string;
  /** `null` for a key: no list sorts keys by their last use. */
  organization_id: OrganizationId | null;
  use_count: number;
  /** `null` if never used. */
  last_used_at: number | null;
  last_used_ip: string | null;
  last_used_user_agent: string | null;
  /** In words only, as verify/route.ts writes it. */
  last_used_route: string | null;
  /** The minute of the last use, by which lists are sorted; 0, before every use, if never used. */
  last_used_order: Generated<number>;
}

export interface CredentialSightingRow {
  credential_id: string;
  sighting: string;
  at: number;
}

export interface AuditEventRow {
  id: AuditEventId;
  at: number;
  organization_id: OrganizationId | null;
  actor_kind: ActorRef["kind"];
  actor_id: string;
  actor_name: string;
  via_kind: ViaRef["kind"] | null;
  via_id: string | null;
  via_name: string | null;
  action: AuditAction;
  target_kind: TargetRef["kind"] | null;
  target_id: string | null;
  target_name: string | null;
  /**
   * The user that the target belongs to: the target itself, or the holder of the token, membership or session. Null
   * when it is the actor.
   */
  subject_id: UserId | null;
  outcome: "ok" | "denied";
  ip: string | null;
  user_agent: string | null;
  request_id: string | null;
  /** JSON object. */
  details: string;
}

export interface FollowUpRow {
  subject: string;
  kind: "organization" | "user" | "membership" | "generation" | "policy" | "addresses";
  at: number;
  reason: RevokedReason | null;
  actor_kind: ActorRef["kind"];
  actor_id: string;
  actor_name: string;
  /** JSON object. */
  details: string;
  /** JSON object; `null` before the first step. */
  progress: string | null;
}

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

interface CredentialUseDayRow {
  credential_id: string;
  day: number;
  use_count: number;
  denied_count: number;
}

export interface CredentialUseFacetRow {
  credential_id: string;
  facet: "address" | "route";
  value: string;
  first_at: number;
  last_at: number;
  /** The day of `last_at`, for pruning. An index on the instant would change with every use. */
  last_day: number;
  use_count: number;
}

interface OrganizationUseDayRow {
  organization_id: OrganizationId;
  day: number;
  outcome: string;
  count: number;
}
