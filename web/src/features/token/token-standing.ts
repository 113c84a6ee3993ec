// The standing of a token for its owner: whether it needs attention, why it does not work, and which token it
// replaces.
import { isStale } from "../../credential/usage-text.ts";
import { administratorText, revocationText, STATE_TEXT } from "@mintmark/core";
import type { PersonalAccessToken } from "../../api/types.ts";
import { isolated } from "../../ui/text.ts";

type Facts = Pick<PersonalAccessToken, "state" | "createdAt" | "lastUsedAt" | "endsSoon">;

/** Whether an active token looks forgotten. A new token that was never used does not. */
export function looksForgotten(token: Facts, now: number): boolean {
  return token.state === "active" && isStale(token, now);
}

/** The end to warn of, which the server decides; `null` for a token that does not work. */
export function nearEndOf(token: Pick<Facts, "state" | "endsSoon">): PersonalAccessToken["endsSoon"] {
  return token.state === "active" ? token.endsSoon : null;
}

/** Whether it has expired or was revoked, so that it can be dismissed. */
export function isOver(token: Pick<PersonalAccessToken, "state">): boolean {
  return token.state === "expired" || token.state === "revoked";
}

export type TokenFilter = "all" | "active" | "attention" | "over";

export const TOKEN_FILTERS: readonly TokenFilter[] = ["all", "active", "attention", "over"];

export function parseTokenFilter(text: string | undefined): TokenFilter {
  return TOKEN_FILTERS.find((filter) => filter === text) ?? "all";
}

export function matchesFilter(token: Facts, filter: TokenFilter, now: number): boolean {
  if (filter === "active") return token.state === "active";
  if (filter === "attention") return needsAttention(token, now);
  return filter === "all" || isOver(token);
}

export function needsAttention(token: Facts, now: number): boolean {
  if (token.state === "blocked" || token.state === "suspended") return true;
  return nearEndOf(token) !== null || looksForgotten(token, now);
}

/** Whether the token matches the search. A whole secret finds its token by the shown prefix. */
export function matchesSearch(
  token: Pick<PersonalAccessToken, "name" | "prefix" | "organization" | "permissions">,
  search: string,
): boolean {
  const words = search.toLowerCase().split(/\s+/).filter(Boolean);
  const prefix = token.prefix.toLowerCase();
  const text = [token.name, token.organization.name, prefix, ...(token.permissions ?? [])].join(" ").toLowerCase();
  return words.every((word) => text.includes(word) || (word.length > prefix.length && word.startsWith(prefix)));
}

/** Expired and revoked tokens come last, otherwise the newest first. */
export function compareTokens(one: PersonalAccessToken, other: PersonalAccessToken): number {
  const over = Number(isOver(one)) - Number(isOver(other));
  return over === 0 ? other.createdAt.localeCompare(one.createdAt) : over;
}

export interface Replacement {
  readonly old: PersonalAccessToken;
  readonly successor: PersonalAccessToken;
  /** Whether the successor has been used, so that the old token is probably no longer needed. */
  readonly ready: boolean;
}

/** The pairs in which both tokens work, by the id of the old one. */
export function openReplacements(tokens: readonly PersonalAccessToken[]): Map<string, Replacement> {
  const byId = new Map(tokens.map((token) => [token.id, token]));
  const open = new Map<string, Replacement>();
  for (const successor of tokens) {
    const old = successor.replaces === null ? undefined : byId.get(successor.replaces);
    if (old === undefined || isOver(old) || isOver(successor)) continue;
    open.set(old.id, { old, successor, ready: successor.lastUsedAt !== null });
  }
  return open;
}

/** The codes that a replacement solves. */
const REPLACEABLE: ReadonlySet<string | null> = new Set(["policy_lifetime", "policy_no_expiry", "policy_idle"]);

/** The reason why a token does not work now, as a sentence; `null` when it works. */
export function standingReason(
  token: Pick<PersonalAccessToken, "state" | "blockedBy" | "revokedReason" | "revokedBy" | "organization">,
): string | null {
  const { state, organization } = token;
  if (state === "active") return null;
  if (state === "expired") return STATE_TEXT.expired;
  if (state === "suspended") {
    return `You are suspended in ${isolated(organization.name)}. It works again when you are reinstated.`;
  }
  if (state === "blocked")
    return [`${administratorText(token.blockedBy)}.`, REPLACEABLE.has(token.blockedBy) ? "Replace it." : ""]
      .join(" ")
      .trim();
  if (token.revokedReason === "admin" && token.revokedBy)
    return `${isolated(token.revokedBy.name)} (admin) revoked it.`;
  return revocationText(token.revokedReason);
}

/** Names another person who revoked the token: "Revoked by Ada (admin)". `null` when its owner did. */
export function revokedByOther(
  token: Pick<PersonalAccessToken, "revokedBy" | "revokedReason" | "user">,
): string | null {
  const { revokedBy, revokedReason, user } = token;
  if (revokedBy === null || revokedBy.kind === "system" || revokedBy.id === user.id) return null;
  if (revokedReason === "leaked") return null;
  const who = revokedBy.kind === "api_key" ? `API key ${isolated(revokedBy.name)}` : revokedBy.name;
  return `Revoked by ${who} (admin)`;
}
