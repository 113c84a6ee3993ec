import { useMemo, useState } from "react";
import type { AuditFilter } from "../api/audit.ts";
import { useNow } from "../ui/time-view.tsx";
import { type AuditSearch, filterOf } from "./audit-search.ts";

/** The filter of the search as it was when the search was made: "the last hour" does not move while one reads. */
export function useAuditFilter(search: AuditSearch): AuditFilter {
  const text = JSON.stringify(search);
  const now = useNow();
  const [made, setMade] = useState({ text, now });
  if (made.text !== text) setMade({ text, now });
  return useMemo(() => filterOf(JSON.parse(made.text) as AuditSearch, made.now), [made]);
}
