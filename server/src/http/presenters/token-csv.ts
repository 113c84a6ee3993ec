// The one place where tokens become CSV. The columns are those of the JSON, never a secret.
import { csvRow } from "../../csv/csv.ts";
import type { Deps } from "../../service/deps.ts";
import type { TokenRecord } from "../../store/store.ts";
import { presentToken } from "./token.ts";

const COLUMNS = [
  "id",
  "name",
  "prefix",
  "owner_id",
  "owner_name",
  "owner_email",
  "permissions",
  "state",
  "blocked_by",
  "created_at",
  "expires_at",
  "last_used_at",
  "last_used_ip",
  "last_used_user_agent",
  "use_count",
  "revoked_at",
  "revoked_by",
  "revoked_reason",
];

/** A head line, then a line for each token, a page at a time. */
export async function* tokenCsv(
  deps: Pick<Deps, "clock" | "settings">,
  pages: AsyncIterable<readonly TokenRecord[]>,
): AsyncGenerator<string> {
  let head = csvRow(COLUMNS);
  for await (const tokens of pages) {
    yield head + tokens.map((token) => tokenRow(deps, token)).join("");
    head = "";
  }
}

function tokenRow(deps: Pick<Deps, "clock" | "settings">, record: TokenRecord): string {
  const token = presentToken(deps, record);
  return csvRow([
    token.id,
    token.name,
    token.prefix,
    token.user.id,
    token.user.name,
    token.user.email,
    token.permissions === null ? "whole role" : token.permissions.join(" "),
    token.state,
    token.blockedBy,
    token.createdAt,
    token.expiresAt,
    token.lastUsedAt,
    token.lastUsedIp,
    token.lastUsedUserAgent,
    token.useCount,
    token.revokedAt,
    token.revokedBy?.name ?? null,
    token.revokedReason,
  ]);
}
