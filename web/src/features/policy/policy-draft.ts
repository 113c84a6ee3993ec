// The token policy as a form holds it, and its conversion to and from the API.
import type { TokenPolicy as StoredPolicy } from "@mintmark/core";
import type { FieldProblem } from "../../api/problem.ts";
import type { TokenPolicy } from "../../api/types.ts";

export interface PolicyDraft {
  /** Days as typed; empty is no limit. */
  readonly maxLifetimeDays: string;
  readonly allowNoExpiry: boolean;
  readonly ceiling: TokenPolicy["ceiling"]["kind"];
  readonly ceilingPermissions: ReadonlySet<string>;
  readonly mintableBy: ReadonlySet<string>;
  readonly oversight: TokenPolicy["oversight"];
  readonly revokeOnSuspend: boolean;
  readonly idleDays: string;
  /** One network per line; empty is any network. */
  readonly networks: string;
  readonly mcp: TokenPolicy["mcp"];
}

export function draftOf(policy: StoredPolicy): PolicyDraft {
  return {
    maxLifetimeDays: policy.maxLifetimeDays === null ? "" : String(policy.maxLifetimeDays),
    allowNoExpiry: policy.allowNoExpiry,
    ceiling: policy.ceiling.kind,
    ceilingPermissions: new Set(policy.ceiling.kind === "list" ? policy.ceiling.permissions : []),
    mintableBy: new Set(policy.mintableBy),
    oversight: policy.oversight,
    revokeOnSuspend: policy.revokeOnSuspend,
    idleDays: policy.idleDays === null ? "" : String(policy.idleDays),
    networks: policy.networks?.join("\n") ?? "",
    mcp: policy.mcp,
  };
}

type PolicyResult =
  | { readonly ok: true; readonly policy: TokenPolicy }
  | { readonly ok: false; readonly errors: readonly FieldProblem[] };

export function policyOf(draft: PolicyDraft, roleOrder: readonly string[]): PolicyResult {
  const errors: FieldProblem[] = [];
  const days = (field: "maxLifetimeDays" | "idleDays"): number | null => {
    const text = draft[field].trim();
    if (text === "") return null;
    if (/^[1-9]\d{0,3}$/.test(text)) return Number(text);
    errors.push({ field, message: "Enter a whole number of days, or leave it empty for no limit." });
    return null;
  };
  const maxLifetimeDays = days("maxLifetimeDays");
  const idleDays = days("idleDays");
  if (draft.ceiling === "list" && draft.ceilingPermissions.size === 0) {
    errors.push({ field: "ceiling", message: "Choose at least one permission, or another ceiling." });
  }
  if (errors.length > 0) return { ok: false, errors };
  const networks = draft.networks.split(/[\s,]+/).filter((line) => line !== "");
  return {
    ok: true,
    policy: {
      maxLifetimeDays,
      allowNoExpiry: draft.allowNoExpiry,
      ceiling:
        draft.ceiling === "list"
          ? { kind: "list", permissions: [...draft.ceilingPermissions] }
          : { kind: draft.ceiling },
      mintableBy: roleOrder.filter((role) => draft.mintableBy.has(role)),
      oversight: draft.oversight,
      revokeOnSuspend: draft.revokeOnSuspend,
      idleDays,
      networks: networks.length === 0 ? null : networks,
      mcp: draft.mcp,
    },
  };
}

export function isSamePolicy(one: StoredPolicy, other: StoredPolicy): boolean {
  return fingerprint(one) === fingerprint(other);
}

/** Whether the form differs from the policy. Invalid text counts as a change. */
export function isChanged(draft: PolicyDraft, saved: TokenPolicy, roles: readonly string[]): boolean {
  const result = policyOf(draft, roles);
  return !result.ok || !isSamePolicy(result.policy, saved);
}

// The lists of a policy have no order.
function fingerprint({ ceiling, mintableBy, networks, ...others }: StoredPolicy): string {
  const permissions = ceiling.kind === "list" ? ceiling.permissions.toSorted() : null;
  const fields = Object.entries(others).sort(([a], [b]) => (a < b ? -1 : 1));
  return JSON.stringify([fields, ceiling.kind, permissions, mintableBy.toSorted(), networks?.toSorted() ?? null]);
}

/** Whether the new policy may refuse tokens that the old one accepts. */
export function isTighter(old: TokenPolicy, next: TokenPolicy): boolean {
  const shorter = (before: number | null, after: number | null): boolean =>
    after !== null && (before === null || after < before);
  return (
    shorter(old.maxLifetimeDays, next.maxLifetimeDays) ||
    shorter(old.idleDays, next.idleDays) ||
    (old.allowNoExpiry && !next.allowNoExpiry) ||
    (next.networks !== null && JSON.stringify(old.networks) !== JSON.stringify(next.networks)) ||
    (next.ceiling.kind !== "role" && JSON.stringify(old.ceiling) !== JSON.stringify(next.ceiling))
  );
}

/** Whether the policy limits MCP but not the API. Only the ceiling limits both. */
export function leavesApiWritable({ mcp, ceiling }: Pick<PolicyDraft, "mcp" | "ceiling">): boolean {
  return mcp !== "read-write" && ceiling !== "read-only";
}
