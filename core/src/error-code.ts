// The closed list of refusals that clients can rely on: code → HTTP status and title. The problem's `detail` says what to
// do next. reasons.ts has it for refused credentials; every other refusal writes it where it happens.

export const ERROR_CODES = {
  request_malformed: { status: 400, title: "The request is not valid HTTP" },
  credentials_malformed: { status: 400, title: "The credential header is malformed" },
  credentials_multiple: { status: 400, title: "More than one credential was sent" },
  token_in_url: { status: 400, title: "A token was sent in the URL" },
  field_unknown: { status: 400, title: "The request has an unknown field" },
  field_invalid: { status: 400, title: "A field is not valid" },
  body_malformed: { status: 400, title: "The request body is malformed" },
  name_invalid: { status: 400, title: "The name is not valid" },
  email_invalid: { status: 400, title: "The email address is not valid" },
  expiry_invalid: { status: 400, title: "The expiry is not valid" },
  expiry_required: { status: 400, title: "An expiry is required" },
  permission_unknown: { status: 400, title: "The permission does not exist" },
  permissions_empty: { status: 400, title: "The list of permissions is empty" },
  domain_invalid: { status: 400, title: "The domain is not valid" },
  domain_public: { status: 400, title: "Anyone can get an address in this domain" },
  role_unknown: { status: 400, title: "The role does not exist" },
  password_weak: { status: 400, title: "The password is too weak" },
  confirmation_mismatch: { status: 400, title: "The typed confirmation does not match" },
  cursor_invalid: { status: 400, title: "The cursor is not valid" },

  // Codes of OAuth, under their own names (RFC 6749 §5.2, RFC 8628 §3.5).
  invalid_request: { status: 400, title: "The OAuth request is not valid" },
  invalid_grant: { status: 400, title: "The code is not valid" },
  unsupported_grant_type: { status: 400, title: "The grant type is not supported" },
  authorization_pending: { status: 400, title: "The login is not decided yet" },
  slow_down: { status: 400, title: "The client polls too often" },
  expired_token: { status: 400, title: "The login has expired" },
  access_denied: { status: 400, title: "The login was denied" },

  credentials_missing: { status: 401, title: "No credential was sent" },
  scheme_unsupported: { status: 401, title: "The authorization scheme is not supported" },
  token_malformed: { status: 401, title: "This is not a Mintmark token" },
  token_checksum_mismatch: { status: 401, title: "The token's checksum does not match" },
  token_wrong_issuer: { status: 401, title: "The token was issued by another instance" },
  token_unknown: { status: 401, title: "The token is unknown" },
  token_revoked: { status: 401, title: "The token was revoked" },
  token_expired: { status: 401, title: "The token has expired" },
  member_removed: { status: 401, title: "The token's owner is no longer a member" },
  member_suspended: { status: 401, title: "The token's owner is suspended in this organization" },
  user_suspended: { status: 401, title: "The token's owner is suspended" },
  user_deleted: { status: 401, title: "The token's owner deleted their account" },
  organization_deleted: { status: 401, title: "The token's organization was deleted" },
  personal_organization_denied: { status: 401, title: "Tokens of personal organizations are turned off" },
  policy_lifetime: { status: 401, title: "The token is older than the organization allows" },
  policy_no_expiry: { status: 401, title: "The organization refuses tokens without expiry" },
  policy_network: { status: 401, title: "The organization refuses tokens from this network" },
  network_refused: { status: 401, title: "The key is refused from this network" },
  policy_idle: { status: 401, title: "The token was unused for too long" },
  sign_in_failed: { status: 401, title: "Email or password is wrong" },
  session_ended: { status: 401, title: "The session has ended" },

  session_required: { status: 403, title: "This needs a signed-in browser session" },
  personal_credential_required: { status: 403, title: "This needs a person's credential" },
  hand_off_session_limited: { status: 403, title: "A hand-off's session does not reach this" },
  service_key_required: { status: 403, title: "This needs a service key" },
  management_key_required: { status: 403, title: "This needs a management key" },
  scope_missing: { status: 403, title: "The management key lacks a scope" },
  instance_admin_required: { status: 403, title: "This needs an instance admin" },
  identity_header_forged: { status: 403, title: "The request carries a header that only Mintmark sets" },
  permission_denied: { status: 403, title: "The credential lacks a permission" },
  permission_exceeds_role: { status: 403, title: "The permission exceeds your role" },
  role_exceeds_creator: { status: 403, title: "The role exceeds its creator's" },
  role_exceeds_caller: { status: 403, title: "The role exceeds yours" },
  reauthentication_required: { status: 403, title: "Enter your password again" },
  password_wrong: { status: 403, title: "The password is wrong" },
  policy_mint: { status: 403, title: "Your role may not mint tokens here" },
  policy_mcp: { status: 403, title: "The organization refuses this over MCP" },
  policy_oversight: { status: 403, title: "The organization's policy does not allow this oversight" },
  personal_organization: { status: 403, title: "Personal organizations have one member" },
  sign_up_closed: { status: 403, title: "Sign-up needs an invitation" },
  invitation_email_mismatch: { status: 403, title: "The invitation is for another email address" },
  email_unverified: { status: 403, title: "The email address is not verified" },
  domain_unproved: { status: 403, title: "Your verified address is not in this domain" },
  link_other_account: { status: 403, title: "The link was sent to another account" },
  directory_external: { status: 403, title: "The host product manages this" },
  setup_code_invalid: { status: 403, title: "The set-up code is not valid" },
  cross_site_request: { status: 403, title: "The request came from another site" },

  not_found: { status: 404, title: "Not found" },
  external_id_unknown: { status: 404, title: "The external id is unknown" },
  device_code_unknown: { status: 404, title: "No login is waiting for this code" },

  method_not_allowed: { status: 405, title: "The method is not allowed" },
  token_immutable: { status: 405, title: "A token's authority cannot be changed" },

  not_acceptable: { status: 406, title: "The client accepts no available format" },
  request_timeout: { status: 408, title: "The request took too long to arrive" },

  last_owner: { status: 409, title: "An organization keeps at least one owner" },
  already_suspended: { status: 409, title: "This member is already suspended" },
  suspended_by_host: { status: 409, title: "The host suspended this person" },
  self_suspension: { status: 409, title: "You cannot suspend yourself" },
  person_suspended: { status: 409, title: "The person is suspended" },
  instance_admin_protected: { status: 409, title: "The person is an instance admin" },
  last_instance_admin: { status: 409, title: "An instance keeps at least one instance admin" },
  already_member: { status: 409, title: "This person is already a member" },
  already_invited: { status: 409, title: "This address already has a pending invitation" },
  email_taken: { status: 409, title: "The email address is already in use" },
  email_verified: { status: 409, title: "The email address is already verified" },
  mail_off: { status: 409, title: "The instance does not send email" },
  hand_off_other_session: { status: 409, title: "This browser has another session" },
  setup_done: { status: 409, title: "The instance is already set up" },
  device_login_claimed: { status: 409, title: "The login was opened in another browser" },
  credential_not_active: { status: 409, title: "The credential is no longer active" },
  credential_active: { status: 409, title: "The credential is still active" },
  removals_exceeded: { status: 409, title: "More members would be removed than allowed" },
  webhook_disabled: { status: 409, title: "The webhook is turned off" },
  limit_reached: { status: 409, title: "The limit is reached" },

  invitation_invalid: { status: 410, title: "The invitation is not valid" },
  invitation_expired: { status: 410, title: "The invitation has expired" },

  hand_off_invalid: { status: 410, title: "The hand-off is not valid" },
  device_login_over: { status: 410, title: "The login has ended" },

  cursor_expired: { status: 410, title: "Events after the cursor are gone" },

  link_invalid: { status: 410, title: "The link is not valid" },
  link_expired: { status: 410, title: "The link has expired" },

  precondition_failed: { status: 412, title: "A condition of the request does not hold" },
  body_too_large: { status: 413, title: "The request body is too large" },
  media_type_unsupported: { status: 415, title: "The content type is not supported" },
  expectation_failed: { status: 417, title: "The expectation is not supported" },
  host_unknown: { status: 421, title: "The instance does not serve this host name" },
  headers_too_large: { status: 431, title: "The request headers are too large" },
  rate_limited: { status: 429, title: "Too many requests" },

  internal_error: { status: 500, title: "Something went wrong" },
  method_unknown: { status: 501, title: "The method is unknown" },
  verifier_unavailable: { status: 503, title: "The token store cannot be read" },
  server_busy: { status: 503, title: "The server is busy" },
  outcome_unknown: { status: 503, title: "The change may or may not have been made" },
  storage_full: { status: 507, title: "The storage is full" },
} as const satisfies Record<string, { readonly status: number; readonly title: string }>;

export type ErrorCode = keyof typeof ERROR_CODES;

/** The HTTP status of a code. */
export function statusOf(code: ErrorCode): number {
  return ERROR_CODES[code].status;
}

/** The title of a code: a sentence that stays the same at every occurrence (RFC 9457 §3.1.4). */
export function titleOf(code: ErrorCode): string {
  return ERROR_CODES[code].title;
}

export function isErrorCode(text: string): text is ErrorCode {
  return Object.hasOwn(ERROR_CODES, text);
}
