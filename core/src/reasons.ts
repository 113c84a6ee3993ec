// Why a credential does not work, in the words of each audience. API problem details, web pages, emails, the audit log,
// the hints of the command and docs/errors.md take their texts from here, so no two of them can disagree.
//
// - holder: the person who sent or owns the credential. Sentences: the cause, what it means, what to do.
// - administrator: a person who sees the credentials of other people in a list. A phrase without a period.
// - log: counts, charts and audit events. A few words.
// - mail: emails about a revocation. The holder's sentence.
// - command: the hint of `mintmark`. The title of the code as a clause, and what to do at this host.
//
// The title of a code (error-code.ts) is the first sentence for the holder, so it is not repeated here.
import { ERROR_CODES, type ErrorCode, titleOf } from "./error-code.ts";
import type { Intake, ParsedSecret } from "./format.ts";
import type { CredentialState, RefusalCode, RevokedReason } from "./verdict.ts";

/** Where a command was refused. */
export interface CommandPlace {
  /** The origin of the instance. */
  readonly host: string;
  /** How to get another token there, as a clause. */
  readonly anotherToken: string;
}

interface Remedy {
  readonly holder: string;
  readonly command: (place: CommandPlace) => string;
}

const REMEDIES = {
  copy: {
    holder: "Copy the whole token, without quotation marks or line breaks.",
    command: ({ anotherToken }) => anotherToken,
  },
  "check-instance": {
    holder: "Check which instance it belongs to.",
    command: () => "check --host or MINTMARK_URL",
  },
  "check-or-mint": {
    holder: "Check which instance it belongs to, or mint a new one in the web app.",
    command: ({ host, anotherToken }) => `check that it belongs to ${host}, or ${anotherToken}`,
  },
  mint: { holder: "Mint a new one in the web app.", command: ({ anotherToken }) => anotherToken },
  "mint-or-replace": {
    holder: "Mint a new one, or replace it, in the web app.",
    command: ({ anotherToken }) => anotherToken,
  },
  "mint-with-expiry": { holder: "Mint one that expires.", command: ({ anotherToken }) => anotherToken },
  "mint-elsewhere": {
    holder: "Mint one in a shared organization.",
    command: ({ host }) => `mint one in a shared organization at ${host}/settings/tokens`,
  },
  "ask-owner": {
    holder: "Ask an owner of the organization.",
    command: () => "ask an owner of the organization",
  },
  "ask-instance-admin": { holder: "Ask an instance admin.", command: () => "ask an instance admin" },
  "change-network": { holder: "Use it from an allowed network.", command: () => "use it from an allowed network" },
  "get-permission": {
    holder: "Use another token, or ask for another role.",
    command: () => "use another token, or ask for another role",
  },
} as const satisfies Record<string, Remedy>;

interface HolderReason {
  /** The consequence for the credential, where the title does not state it. */
  readonly meaning?: string;
  readonly remedy: keyof typeof REMEDIES;
  /** A clause for the person at the terminal, where the title speaks of them as somebody else. */
  readonly command?: string;
}

interface Reason extends HolderReason {
  readonly administrator: string;
  readonly log: string;
}

/** The text that was sent is not a secret of this instance, so no credential, list or log can be named. */
type UnrecognizedCode = Extract<ParsedSecret, { ok: false }>["code"] | "token_unknown";

type RefusedCode = RefusalCode | "permission_denied";

const UNRECOGNIZED: Readonly<Record<UnrecognizedCode, HolderReason>> = {
  token_malformed: { remedy: "copy" },
  token_checksum_mismatch: { meaning: "A character is wrong or missing.", remedy: "copy" },
  token_wrong_issuer: { remedy: "check-instance" },
  token_unknown: { remedy: "check-or-mint" },
};

const REFUSED: Readonly<Record<RefusedCode, Reason>> = {
  token_revoked: {
    meaning: "It never works again.",
    remedy: "mint",
    administrator: "Revoked",
    log: "Revoked",
  },
  token_expired: { remedy: "mint-or-replace", administrator: "Expired", log: "Expired" },
  member_removed: {
    meaning: "The token never works again.",
    remedy: "ask-owner",
    command: "you are no longer a member of the token's organization",
    administrator: "Its owner is no longer a member",
    log: "Member removed",
  },
  member_suspended: {
    meaning: "The token works again when they are reinstated.",
    remedy: "ask-owner",
    command: "you are suspended in the token's organization, and the token is paused until you are reinstated",
    administrator: "Its owner is suspended in this organization",
    log: "Member suspended",
  },
  user_suspended: {
    meaning: "The token works again when they are reinstated.",
    remedy: "ask-instance-admin",
    command: "your account is suspended, and the token is paused until it is reinstated",
    administrator: "Its owner's account is suspended",
    log: "User suspended",
  },
  user_deleted: {
    meaning: "The token never works again.",
    remedy: "ask-instance-admin",
    command: "the account of the token was deleted",
    administrator: "Its owner deleted their account",
    log: "User deleted",
  },
  organization_deleted: {
    meaning: "The token never works again.",
    remedy: "mint",
    administrator: "Its organization was deleted",
    log: "Organization deleted",
  },
  personal_organization_denied: {
    remedy: "mint-elsewhere",
    administrator: "This instance does not accept tokens of personal organizations",
    log: "Personal organization",
  },
  policy_lifetime: {
    remedy: "mint",
    administrator: "Older than the organization's policy allows",
    log: "Too old for the policy",
  },
  policy_no_expiry: {
    remedy: "mint-with-expiry",
    administrator: "Without an expiry, which the organization's policy requires",
    log: "Without expiry",
  },
  policy_network: {
    remedy: "change-network",
    administrator: "Used from a network that the organization's policy does not allow",
    log: "Network not allowed",
  },
  policy_idle: {
    meaning: "The organization's token policy limits how long a token may be unused.",
    remedy: "mint",
    administrator: "Unused for longer than the organization's policy allows",
    log: "Unused too long",
  },
  permission_denied: {
    remedy: "get-permission",
    administrator: "It lacks a permission",
    log: "Permission missing",
  },
};

/** The headers hold no single credential that could be checked. */
export type IntakeCode = Extract<Intake, { ok: false }>["code"];

const NOT_TAKEN = {
  credentials_missing: 'Send a token as "Authorization: Bearer <token>" or "X-API-Key: <token>", or sign in.',
  credentials_multiple: "Send exactly one credential: either one Authorization header or one X-API-Key header.",
  credentials_malformed:
    'The header must be "Authorization: Bearer <token>" or "X-API-Key: <token>", with one token and no spaces in it.',
  scheme_unsupported: 'Only the Bearer scheme is supported: send "Authorization: Bearer <token>".',
} as const satisfies Record<IntakeCode, string>;

/** Every code that a credential can be refused with. */
export type CredentialCode = UnrecognizedCode | RefusedCode;

const REASONS: Readonly<Record<CredentialCode, HolderReason>> = { ...UNRECOGNIZED, ...REFUSED };

export const INTAKE_CODES = Object.keys(NOT_TAKEN) as readonly IntakeCode[];
export const CREDENTIAL_CODES = Object.keys(REASONS) as readonly CredentialCode[];

function isCredentialCode(code: string): code is CredentialCode {
  return Object.hasOwn(REASONS, code);
}

/**
 * For the holder: the cause, what it means for the credential, and what to do. Whole sentences. `policy_network` has
 * another text where the client's address could not be read.
 */
export function holderText(code: CredentialCode | IntakeCode, isAddressUnreadable = false): string {
  if (isAddressUnreadable && code === "policy_network") return UNREADABLE_ADDRESS;
  if (isIntakeCode(code)) return NOT_TAKEN[code];
  const { meaning, remedy } = REASONS[code];
  return [`${titleOf(code)}.`, meaning, REMEDIES[remedy].holder].filter((part) => part !== undefined).join(" ");
}

const UNREADABLE_ADDRESS =
  "The organization allows its tokens from certain networks only, and the address of this request could not be read. Ask the operator of this instance to check the X-Forwarded-For header of its proxies.";

function isIntakeCode(code: string): code is IntakeCode {
  return Object.hasOwn(NOT_TAKEN, code);
}

/** For a person who sees the credential in a list: a phrase without a period. Unknown codes get a general one. */
export function administratorText(code: string | null): string {
  return isRefused(code) ? REFUSED[code].administrator : "The organization's policy refuses it";
}

/** For counts, charts and audit events: a few words. A code of a later version stands for itself. */
export function logText(code: string): string {
  if (isRefused(code)) return REFUSED[code].log;
  return Object.hasOwn(ERROR_CODES, code) ? asClause(titleOf(code as ErrorCode)) : code.replaceAll("_", " ");
}

/** For the hint of a command: a clause with the cause, a colon, and what to do at this host. */
export function commandText(code: string, place: CommandPlace): string {
  if (!isCredentialCode(code)) return `the server refuses the token: ${place.anotherToken}`;
  const { command, remedy } = REASONS[code];
  return `${command ?? asClause(titleOf(code))}: ${REMEDIES[remedy].command(place)}`;
}

function isRefused(code: string | null): code is RefusedCode {
  return code !== null && Object.hasOwn(REFUSED, code);
}

/** A sentence as a part of another one: no period, and no capital at its beginning but for a name or an abbreviation. */
export function asClause(sentence: string): string {
  const text = sentence.trim().replace(/\.$/, "");
  return /^[A-Z](?![A-Z])/.test(text) ? text.charAt(0).toLowerCase() + text.slice(1) : text;
}

interface Revocation {
  /** A sentence, in the web app and in emails. */
  readonly holder: string;
  /** What follows "Revoked:" in the audit log and in lists of other people's credentials. */
  readonly log: string;
}

/** Why a credential was revoked. */
const REVOCATIONS: Readonly<Record<RevokedReason, Revocation>> = {
  self: { holder: "You revoked it.", log: "by its owner" },
  admin: { holder: "An admin revoked it.", log: "by an admin" },
  replaced: { holder: "A newer token replaced it.", log: "replaced by another" },
  member_removed: {
    holder: "You are no longer a member of the organization.",
    log: "the member was removed",
  },
  organization_deleted: { holder: "The organization was deleted.", log: "the organization was deleted" },
  user_deleted: { holder: "The account was deleted.", log: "the account was deleted" },
  suspended: {
    holder: "You were suspended, and the organization's policy revokes the tokens of suspended members.",
    log: "the member was suspended",
  },
  leaked: { holder: "Its secret was reported as leaked.", log: "reported as leaked" },
  idle: { holder: "It was unused for too long.", log: "unused for too long" },
  address_proved: {
    holder: "It was made before the account's address was confirmed.",
    log: "the account's address was confirmed for the first time",
  },
};

export const REVOKED_REASONS = Object.keys(REVOCATIONS) as readonly RevokedReason[];

/** Why it was revoked, for its holder and for emails: a sentence. */
export function revocationText(reason: string | null): string {
  return isRevokedReason(reason) ? REVOCATIONS[reason].holder : "It was revoked.";
}

/** Why it was revoked, for the audit log and for lists: what follows "Revoked:". `null` for an unknown reason. */
export function revocationLogText(reason: string): string | null {
  return isRevokedReason(reason) ? REVOCATIONS[reason].log : null;
}

function isRevokedReason(reason: string | null): reason is RevokedReason {
  return reason !== null && Object.hasOwn(REVOCATIONS, reason);
}

/** How a credential stands, for its holder: a sentence. `null` when it works. */
export const STATE_TEXT: Readonly<Record<CredentialState, string | null>> = {
  active: null,
  expired: "It has expired.",
  revoked: "It was revoked, and never works again.",
  suspended: "You are suspended in its organization. It works again when you are reinstated.",
  blocked: "The organization's policy refuses it.",
};

export const CREDENTIAL_STATES = Object.keys(STATE_TEXT) as readonly CredentialState[];

/** Why a browser session ended, for the audit log. */
export const SESSION_END_TEXT = {
  signed_out: "the person signed out",
  ended_by_user: "the person ended it",
  ended_by_admin: "an instance admin ended it",
  password_changed: "the password was changed",
  password_reset: "a new password was set by a link",
  user_suspended: "the account was suspended",
  address_proved: "the account's address was confirmed for the first time",
  too_many_sessions: "the person signed in elsewhere and had too many sessions",
  hand_off_ended: "the host ended its hand-off",
  replaced: "a hand-off opened another session in this browser",
} as const satisfies Record<string, string>;

export type SessionEndReason = keyof typeof SESSION_END_TEXT;

/** Why an attempt at a terminal login was refused, for the audit log. */
export const LOGIN_REFUSAL_TEXT = {
  unknown_code: "no login waits for the code",
  other_session: "another browser had opened the login",
  polled_too_fast: "the client asked too often",
  replayed: "the code had been used before",
  wrong_verifier: "another client had requested the code",
  grant_void: "the approval was no longer valid",
} as const satisfies Record<string, string>;

export type LoginRefusalReason = keyof typeof LOGIN_REFUSAL_TEXT;
