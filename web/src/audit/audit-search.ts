// The filter of an audit log, in the address and in the request.
import type { AuditFilter } from "../api/audit.ts";

export interface AuditSearch {
  readonly actor?: string;
  /** One or several actions, such as `pat.,member.removed`. */
  readonly action?: string;
  readonly outcome?: string;
  readonly credential?: string;
  readonly organization?: string;
  /** A preset of `RANGES`. The days below are used only without one. */
  readonly range?: string;
  /** Local days, `YYYY-MM-DD`. */
  readonly from?: string;
  readonly to?: string;
}

export const AUDIT_SEARCH = [
  "actor",
  "action",
  "outcome",
  "credential",
  "organization",
  "range",
  "from",
  "to",
] as const satisfies readonly (keyof AuditSearch)[];

const HOUR_MS = 3_600_000;

export const RANGES: readonly { readonly value: string; readonly label: string; readonly lengthMs: number }[] = [
  { value: "1h", label: "Last hour", lengthMs: HOUR_MS },
  { value: "24h", label: "Last 24 hours", lengthMs: 24 * HOUR_MS },
  { value: "7d", label: "Last 7 days", lengthMs: 7 * 24 * HOUR_MS },
  { value: "30d", label: "Last 30 days", lengthMs: 30 * 24 * HOUR_MS },
  { value: "90d", label: "Last 90 days", lengthMs: 90 * 24 * HOUR_MS },
];

/**
 * The filter of the request at `now`. Days become instants, and the last day ends at midnight. Invalid parts are
 * ignored.
 */
export function filterOf(search: AuditSearch, now: number): AuditFilter {
  const { actor, action, outcome, credential, organization } = search;
  const range = RANGES.find(({ value }) => value === search.range);
  const from = range === undefined ? dayStart(search.from, 0) : new Date(now - range.lengthMs).toISOString();
  const to = range === undefined ? dayStart(search.to, 1) : null;
  return {
    ...(actor ? { actor } : {}),
    ...(action && ACTIONS.test(action) ? { action } : {}),
    ...(outcome === "ok" || outcome === "denied" ? { outcome } : {}),
    ...(credential ? { credential } : {}),
    ...(organization ? { organization } : {}),
    ...(from === null ? {} : { from }),
    ...(to === null ? {} : { to }),
  };
}

const ACTIONS = /^[a-z_]+\.[a-z_]*(,[a-z_]+\.[a-z_]*)*$/;

/** The search after a change, without empty fields. */
export function changedSearch(search: AuditSearch, change: AuditSearch): AuditSearch {
  const merged: Record<string, string | undefined> = { ...search, ...change };
  return Object.fromEntries(Object.entries(merged).filter(([, value]) => value !== undefined && value !== ""));
}

/** A day of the address as the value of a date field; empty when it is invalid. */
export function dayOf(text: string | undefined): string {
  return dayStart(text, 0) === null ? "" : (text ?? "");
}

function dayStart(day: string | undefined, offset: number): string | null {
  const match = /^(\d{4})-(\d{2})-(\d{2})$/.exec(day ?? "");
  if (match === null) return null;
  const date = new Date(Number(match[1]), Number(match[2]) - 1, Number(match[3]) + offset);
  return Number.isNaN(date.getTime()) ? null : date.toISOString();
}
