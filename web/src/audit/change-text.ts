// The details of an audit event in words.
import { LOGIN_REFUSAL_TEXT, logText, revocationLogText, SESSION_END_TEXT } from "@mintmark/core";
import type { AuditEvent, TokenPolicy } from "../api/types.ts";
import { formatDateTime } from "../ui/time.ts";
import { capitalized } from "./event-text.ts";

type Details = AuditEvent["details"];

export interface Change {
  readonly label: string;
  readonly before: string;
  readonly after: string;
}

interface Fact {
  readonly label: string;
  readonly value: string;
}

/** The value of each field before and after. */
export function changesOf(details: Details): readonly Change[] {
  const [before, after] = [recordOf(details["before"]), recordOf(details["after"])];
  if (before === null || after === null) return [];
  return [...new Set([...Object.keys(before), ...Object.keys(after)])].map((field) => ({
    label: labelOf(field),
    before: wordsOf(field, before[field]),
    after: wordsOf(field, after[field]),
  }));
}

/** The other details, without empty ones. */
export function factsOf(details: Details): readonly Fact[] {
  const { before, after, ...others } = details;
  const isChange = recordOf(before) !== null && recordOf(after) !== null;
  return Object.entries(isChange ? others : details)
    .filter(([field, value]) => value !== undefined && value !== false && !isEmptyCount(field, value))
    .map(([field, value]) => ({ label: labelOf(field), value: wordsOf(field, value) }));
}

const LABELS: Readonly<Record<string, string>> = {
  maxLifetimeDays: "Longest lifetime",
  allowNoExpiry: "Tokens without an expiry",
  ceiling: "Ceiling",
  mintableBy: "Roles that may mint tokens",
  oversight: "Oversight by admins",
  revokeOnSuspend: "When a member is suspended",
  idleDays: "Longest time without use",
  networks: "Allowed networks",
  mcp: "AI clients (MCP)",
  auditRetentionDays: "Events are kept for",
  effectiveAt: "Holds from",
  expiresAt: "Expires",
  cutOffAt: "Events from before",
  count: "Events deleted",
  revokedTokens: "Tokens revoked",
  withdrawnInvitations: "Invitations withdrawn",
  endedSessions: "Sessions ended",
  revokedApiKeys: "API keys revoked",
  pausedTokens: "Tokens paused",
  pausedInvitations: "Invitations paused",
  movedSessions: "Sessions moved",
  apiKeysLeft: "API keys left working",
  apiKeysLeftOfMember: "Of them made by the member",
  apiKeysLeftNamed: "Made by the member",
  because: "Because of the event",
  firstOfDay: "First use of the day",
  newAddress: "New address",
  newUserAgent: "New user agent",
  replaces: "Replaces",
  code: "Refused because",
  link: "Link",
  requestedFrom: "Asked for from",
  tokenId: "Token",
  owner: "Owner",
};

function labelOf(field: string): string {
  return (
    LABELS[field] ??
    capitalized(field.replaceAll(/([a-z])([A-Z])/g, (_, a: string, b: string) => `${a} ${b.toLowerCase()}`))
  );
}

const WORDS: Readonly<Record<string, (value: unknown) => string>> = {
  maxLifetimeDays: daysOrNoLimit,
  idleDays: daysOrNoLimit,
  auditRetentionDays: (value) => (typeof value === "number" ? daysWords(value) : "as long as the instance keeps them"),
  allowNoExpiry: (value) => (value === true ? "allowed" : "refused"),
  revokeOnSuspend: (value) => (value === true ? "their tokens are revoked" : "their tokens pause"),
  ceiling: (value) => ceilingWords(value as TokenPolicy["ceiling"]),
  mintableBy: (value) => listWords(value, "nobody"),
  networks: (value) => (value === null ? "any" : listWords(value, "none")),
  oversight: (value) => ({ audit: "audit log only", list: "see tokens" })[String(value)] ?? "see and revoke tokens",
  mcp: (value) => ({ "read-only": "reading only", off: "off" })[String(value)] ?? "reading and writing",
  permissions: (value) => (value === null ? "the whole role" : listWords(value, "none")),
  actions: (value) => listWords(value, "any"),
  expiresAt: (value) => (typeof value === "string" ? instantWords(value) : "never"),
  reason: (value) => reasonText(String(value)) ?? plainWords(value),
  code: (value) => logText(String(value)),
  link: (value) => LINKS[String(value)] ?? plainWords(value),
};

function wordsOf(field: string, value: unknown): string {
  return WORDS[field]?.(value) ?? plainWords(value, field);
}

function plainWords(value: unknown, field = ""): string {
  if (value === null || value === undefined) return "none";
  if (typeof value === "boolean") return value ? "yes" : "no";
  if (typeof value === "number") return value.toLocaleString("en");
  if (typeof value === "string") return field.endsWith("At") ? instantWords(value) : value;
  if (Array.isArray(value)) return listWords(value, "none");
  const record = recordOf(value);
  if (typeof record?.["name"] === "string") return record["name"];
  const parts = Object.entries(record ?? {}).filter(([, part]) => part !== undefined);
  return parts.length === 0
    ? "none"
    : parts.map(([name, part]) => `${labelOf(name)}: ${wordsOf(name, part)}`).join("; ");
}

const REASONS: Readonly<Record<string, string>> = { ...LOGIN_REFUSAL_TEXT, ...SESSION_END_TEXT };

/** Why a credential was revoked, a session ended, or a terminal login was refused. */
function reasonText(reason: string): string | null {
  return revocationLogText(reason) ?? REASONS[reason] ?? null;
}

/** How a link to set a password reached its person. */
const LINKS: Readonly<Record<string, string>> = {
  email: "by email",
  admin: "made by an instance admin",
  host: "made on the server",
};

function daysOrNoLimit(value: unknown): string {
  return typeof value === "number" ? daysWords(value) : "no limit";
}

function daysWords(days: number): string {
  return days === 1 ? "1 day" : `${days.toLocaleString("en")} days`;
}

function ceilingWords(ceiling: TokenPolicy["ceiling"]): string {
  if (ceiling.kind === "list") return `only ${ceiling.permissions.join(", ")}`;
  return ceiling.kind === "read-only" ? "reading only" : "their role";
}

function listWords(value: unknown, none: string): string {
  return Array.isArray(value) && value.length > 0 ? value.map((part) => plainWords(part)).join(", ") : none;
}

function instantWords(text: string): string {
  return Number.isNaN(Date.parse(text)) ? text : formatDateTime(text);
}

/** "0 tokens revoked" is not worth a line. */
function isEmptyCount(field: string, value: unknown): boolean {
  return value === 0 && field !== "count";
}

function recordOf(value: unknown): Readonly<Record<string, unknown>> | null {
  return typeof value === "object" && value !== null && !Array.isArray(value)
    ? (value as Readonly<Record<string, unknown>>)
    : null;
}
