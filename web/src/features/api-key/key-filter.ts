// The filter of an organization's keys. The page has loaded all of them.
import { isStale } from "../../credential/usage-text.ts";
import { STALE_DAYS } from "@mintmark/core";
import type { ApiKey } from "../../api/types.ts";

export const KEY_FILTERS = {
  all: "All keys",
  active: "Active",
  stale: `Unused for ${STALE_DAYS} days`,
  never: "Never used",
  over: "Expired or revoked",
} as const;

export type KeyFilter = keyof typeof KEY_FILTERS;

type Key = Pick<ApiKey, "name" | "prefix" | "createdBy" | "state" | "createdAt" | "lastUsedAt">;

export function matchesKey(key: Key, filter: KeyFilter, words: string, now: number): boolean {
  const text = `${key.name} ${key.prefix} ${key.createdBy.name}`.toLowerCase();
  return text.includes(words.trim().toLowerCase()) && isAmong(key, filter, now);
}

function isAmong(key: Key, filter: KeyFilter, now: number): boolean {
  switch (filter) {
    case "all":
      return true;
    case "active":
      return key.state === "active";
    case "stale":
      return isStale(key, now);
    case "never":
      return key.lastUsedAt === null && key.state === "active";
    case "over":
      return key.state === "expired" || key.state === "revoked";
  }
}
