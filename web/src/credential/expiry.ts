// The choices for the expiry of a credential, the date of each, and the choices that a token policy rules out.
// Instants are epoch milliseconds. Dates are local calendar days.
import { DAY_MS, expiryRefusal, type ExpiryRule, longestLifetimeDays, MAX_EXPIRY_DAYS } from "@mintmark/core";

export const EXPIRY_PRESETS = [7, 30, 60, 90] as const;
export const DEFAULT_EXPIRY_DAYS = 30;

export type ExpiryKind = (typeof EXPIRY_PRESETS)[number] | "custom" | "never";

export interface ExpiryChoice {
  readonly kind: ExpiryKind;
  /** `YYYY-MM-DD` for the kind `custom`. Empty while the person types. */
  readonly date: string;
}

export const NO_LIMITS: ExpiryRule = { maxLifetimeDays: null, allowNoExpiry: true };

/** The fields of the request: one of the two, or none for "never". */
interface ExpiryRequest {
  readonly expiresAt?: string;
  readonly expiresInDays?: number;
}

type ResolvedExpiry =
  | { readonly ok: true; readonly at: number | null; readonly request: ExpiryRequest }
  | { readonly ok: false; readonly problem: string };

export function isAllowed(kind: ExpiryKind, limits: ExpiryRule): boolean {
  if (kind === "never") return expiryRefusal(limits, null, 0) === null;
  return kind === "custom" || kind <= longestLifetimeDays(limits);
}

/** The choice, or a default when the policy rules the choice out. */
export function allowedChoice(choice: ExpiryChoice, limits: ExpiryRule): ExpiryChoice {
  if (isAllowed(choice.kind, limits)) return choice;
  const preset = EXPIRY_PRESETS.findLast((days) => days <= DEFAULT_EXPIRY_DAYS && isAllowed(days, limits));
  return { ...choice, kind: preset ?? "custom" };
}

/** Resolves the choice at `now`. A custom date lasts to the end of that day, or as long as the policy allows. */
export function resolveExpiry(choice: ExpiryChoice, limits: ExpiryRule, now: number): ResolvedExpiry {
  const longest = longestLifetimeDays(limits);
  if (choice.kind === "never") {
    if (isAllowed("never", limits)) return { ok: true, at: null, request: {} };
    return { ok: false, problem: "This organization does not allow tokens without an expiry. Choose a date." };
  }
  if (choice.kind !== "custom") {
    if (choice.kind > longest) return { ok: false, problem: tooLong(longest) };
    return { ok: true, at: now + choice.kind * DAY_MS, request: { expiresInDays: choice.kind } };
  }
  const end = endOfDay(choice.date);
  if (end === null) return { ok: false, problem: "Choose a date." };
  if (end <= now) return { ok: false, problem: "This date is in the past. Choose a later one." };
  const limit = now + longest * DAY_MS;
  if (end <= limit) return { ok: true, at: end, request: { expiresAt: new Date(end).toISOString() } };
  // On the last allowed day the limit is the present time of day. It is sent as a number of days, which the server
  // counts by its own clock.
  if (choice.date <= localDate(limit)) return { ok: true, at: limit, request: { expiresInDays: longest } };
  return { ok: false, problem: tooLong(longest) };
}

/** The first and last date of the date field. */
export function dateRange(limits: ExpiryRule, now: number): { readonly min: string; readonly max: string } {
  return { min: localDate(now), max: localDate(now + longestLifetimeDays(limits) * DAY_MS) };
}

/** The local calendar day of an instant, `YYYY-MM-DD`. */
export function localDate(instant: number): string {
  const date = new Date(instant);
  const pad = (value: number): string => String(value).padStart(2, "0");
  return `${date.getFullYear()}-${pad(date.getMonth() + 1)}-${pad(date.getDate())}`;
}

/** Parses the expiry in a link: a number of days, a date, or `never`. Returns `null` for any other text. */
export function parseExpiryText(text: string | undefined, now: number): ExpiryChoice | null {
  const trimmed = text?.trim().toLowerCase() ?? "";
  if (trimmed === "never" || trimmed === "none") return { kind: "never", date: "" };
  if (/^\d{4}-\d{2}-\d{2}$/.test(trimmed)) return endOfDay(trimmed) === null ? null : { kind: "custom", date: trimmed };
  const match = /^(\d{1,4}) ?(?:d|days?)?$/.exec(trimmed);
  if (match === null) return null;
  const days = Number(match[1]);
  if (days < 1 || days > MAX_EXPIRY_DAYS) return null;
  const preset = EXPIRY_PRESETS.find((candidate) => candidate === days);
  return preset ? { kind: preset, date: "" } : { kind: "custom", date: localDate(now + days * DAY_MS) };
}

function endOfDay(date: string): number | null {
  const match = /^(\d{4})-(\d{2})-(\d{2})$/.exec(date);
  if (match === null) return null;
  const [year, month, day] = match.slice(1).map(Number) as [number, number, number];
  const end = new Date(year, month - 1, day, 23, 59, 59);
  // The 31st of February would silently become the 3rd of March.
  return end.getDate() === day && end.getMonth() === month - 1 ? end.getTime() : null;
}

function tooLong(longest: number): string {
  return `This organization allows at most ${longest} ${longest === 1 ? "day" : "days"}. Choose an earlier date.`;
}
