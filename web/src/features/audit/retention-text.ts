// The retention of a log in words.
import { MIN_RETENTION_DAYS } from "@mintmark/core";
import type { AuditRetention } from "../../api/types.ts";
import { formatDate } from "../../ui/time.ts";

const CHOICES: readonly number[] = [MIN_RETENTION_DAYS, 180, ...[1, 2, 3, 5, 7, 10].map((years) => years * 365)];

/** The usual choices, with the present one among them. */
export function daysChoices(present: number | null): readonly number[] {
  if (present === null || CHOICES.includes(present)) return CHOICES;
  return [...CHOICES, present].sort((a, b) => a - b);
}

/** "365 days (1 year)". */
export function keptFor(days: number | null): string {
  if (days === null) return "forever";
  const years = days / 365;
  const inYears = Number.isInteger(years) ? ` (${years} ${years === 1 ? "year" : "years"})` : "";
  return `${days.toLocaleString("en")} days${inYears}`;
}

export function retentionText({ inForceDays }: Pick<AuditRetention, "inForceDays">): string {
  return inForceDays === null ? "Events are kept forever." : `Events are kept for ${keptFor(inForceDays)}.`;
}

export function isPending({ effectiveAt }: Pick<AuditRetention, "effectiveAt">, now: number): boolean {
  return effectiveAt !== null && Date.parse(effectiveAt) > now;
}

/** "From 4 Dec 2026 on: 90 days." */
export function pendingText({ days, instanceDays, effectiveAt }: AuditRetention): string {
  return `From ${formatDate(effectiveAt ?? 0)} on: ${keptFor(days ?? instanceDays)}.`;
}
