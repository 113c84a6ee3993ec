import { useMemo } from "react";
import type { AuditFilter } from "../api/audit.ts";
import { type AuditSearch, filterOf } from "./audit-search.ts";

/** The filter of the search as it was when the search was made: "the last hour" does not move while one reads. */
export function useAuditFilter(search: AuditSearch): AuditFilter {
  const text = JSON.stringify(search);
  return useMemo(() => filterOf(JSON.parse(text) as AuditSearch, Date.now()), [text]);
}
