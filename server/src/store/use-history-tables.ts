// The rows of the history of use. A day counts days since 1970-01-01, in UTC.
import type { OrganizationId } from "@mintmark/core";
import type { UseFacet } from "./use-history-port.ts";

export interface CredentialUseDayRow {
  credential_id: string;
  day: number;
  use_count: number;
  denied_count: number;
}

export interface CredentialUseFacetRow {
  credential_id: string;
  facet: UseFacet;
  value: string;
  first_at: number;
  last_at: number;
  /** The day of `last_at`, for pruning: an index on the instant would change with every use. */
  last_day: number;
  use_count: number;
}

export interface OrganizationUseDayRow {
  organization_id: OrganizationId;
  day: number;
  outcome: string;
  count: number;
}
