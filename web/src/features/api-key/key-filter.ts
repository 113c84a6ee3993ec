// The filter of an organization's keys. The page has loaded all of them.
import { prefixIn } from "@mintmark/core";
import { isStale } from "../../credential/usage-text.ts";
import type { ApiKey } from "../../api/types.ts";

export const KEY_FILTERS = {
  all: "All keys",
  active: "Active",
  stale: "Stale",
  never: "Never used",
  over: "Expired or revoked",
} as const;

export type KeyFilter = keyof typeof KEY_FILTERS;

/** The filter of an address; all keys for anything else. */
export function parseKeyFilter(text: string | undefined): KeyFilter {
  return text !== undefined && Object.hasOwn(KEY_FILTERS, text) ? (text as KeyFilter) : "all";
}

type Key = Pick<ApiKey, "name" | "prefix" | "createdBy" | "state" | "createdAt" | "lastUsedAt">;

export function matchesKey(key: Key, filter: KeyFilter, words: string, now: number): boolean {
  const text = `${key.name} ${key.prefix} ${key.createdBy.name}`.toLowerCase();
  // A pasted secret finds its key by the shown prefix.
  return text.includes(prefixIn(words) ?? words.trim().toLowerCase()) && isAmong(key, filter, now);
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
