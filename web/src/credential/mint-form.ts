// The logic of the "New token" form: its first state, the limits of the policy and the role, and its request.
import { DAY_MS, expiryRefusal, type ExpiryRule, missingPermissions, replacementExpiry } from "@mintmark/core";
import type { FieldProblem } from "../api/problem.ts";
import type { MintInput } from "../api/token.ts";
import type {
  Instance,
  MintingRules,
  OrganizationMembership,
  PermissionInfo,
  PersonalAccessToken,
} from "../api/types.ts";
import { counted, isolated } from "../ui/text.ts";
import {
  allowedChoice,
  DEFAULT_EXPIRY_DAYS,
  type ExpiryChoice,
  NO_LIMITS,
  parseExpiryText,
  resolveExpiry,
} from "./expiry.ts";
import { choosablePermissions, parsePermissionsText, readOnlyNames, splitByAvailable } from "./permission-choice.ts";

export interface MintDraft {
  readonly organizationId: string;
  readonly expiry: ExpiryChoice;
  /**
   * `role`: all permissions of the role, now and later. `read-only`: every permission that only reads. `list`: the
   * chosen permissions.
   */
  readonly access: "role" | "read-only" | "list";
  readonly permissions: ReadonlySet<string>;
}

export interface MintPrefill {
  readonly name?: string;
  readonly permissions?: string;
  readonly expires?: string;
  readonly access?: MintDraft["access"];
}

/** The first state of the form. A link may prefill it, but not choose the organization. */
export function startDraft(organizationId: string, prefill: MintPrefill, now: number): MintDraft {
  const permissions = parsePermissionsText(prefill.permissions);
  return {
    organizationId,
    expiry: parseExpiryText(prefill.expires, now) ?? { kind: DEFAULT_EXPIRY_DAYS, date: "" },
    access: prefill.access ?? (permissions.length > 0 ? "list" : "role"),
    permissions: new Set(permissions),
  };
}

export interface MintRules {
  /** The reason why no token can be minted here, or `null`. */
  readonly refusal: string | null;
  readonly limits: ExpiryRule;
  readonly limitReason: string | null;
  readonly available: readonly PermissionInfo[];
  /** The effect of the organization's ceiling, or `null`. */
  readonly ceilingNote: string | null;
  /** The rules that bind the use of the token, each in a sentence. */
  readonly bindingNotes: readonly string[];
  /** The limit for AI clients in a sentence, or `null` when there is none. */
  readonly mcpNote: string | null;
}

/** The limits for a new token in an organization. `policy` is `null` while it is not known. The server applies it. */
export function mintRules(
  organization: Pick<OrganizationMembership, "name" | "personal" | "role" | "permissions" | "state">,
  policy: MintingRules | null,
  instance: Pick<Instance, "permissions" | "personalTokens">,
): MintRules {
  const limits = policy ?? NO_LIMITS;
  const ceiling = policy?.ceiling ?? { kind: "role" };
  return {
    refusal: refusal(organization, policy, instance),
    limits: { maxLifetimeDays: limits.maxLifetimeDays, allowNoExpiry: limits.allowNoExpiry },
    limitReason: limitReason(organization.name, limits),
    available: choosablePermissions(instance.permissions, organization.permissions, ceiling),
    ceilingNote: ceilingNote(organization.name, ceiling.kind),
    bindingNotes: policy === null ? [] : bindingNotes(organization.name, policy),
    mcpNote: mcpNote(organization.name, policy?.mcp ?? "read-write"),
  };
}

/** The draft without the choices that the rules forbid. */
export function fitDraft(draft: MintDraft, rules: MintRules): MintDraft {
  return { ...draft, expiry: allowedChoice(draft.expiry, rules.limits) };
}

/** The permissions in the link that cannot be given here. */
export function unavailablePermissions(prefill: MintPrefill, rules: MintRules): string[] {
  return splitByAvailable(parsePermissionsText(prefill.permissions), rules.available).unavailable;
}

type MintRequest =
  | { readonly ok: true; readonly input: MintInput }
  | { readonly ok: false; readonly errors: readonly FieldProblem[] };

export function mintRequest(name: string, draft: MintDraft, rules: MintRules, now: number): MintRequest {
  const errors: FieldProblem[] = [];
  const expiry = resolveExpiry(draft.expiry, rules.limits, now);
  if (!expiry.ok) errors.push({ field: "expiresAt", message: expiry.problem });
  const chosen =
    draft.access === "read-only"
      ? readOnlyNames(rules.available)
      : splitByAvailable([...draft.permissions], rules.available).chosen;
  if (draft.access !== "role" && chosen.length === 0) {
    errors.push({ field: "permissions", message: "Choose at least one permission, or give it your whole role." });
  }
  if (errors.length > 0 || !expiry.ok) return { ok: false, errors };
  const permissions = draft.access === "role" ? {} : { permissions: chosen };
  return { ok: true, input: { name, organizationId: draft.organizationId, ...expiry.request, ...permissions } };
}

function refusal(
  organization: Pick<OrganizationMembership, "name" | "personal" | "role" | "permissions" | "state">,
  policy: MintingRules | null,
  instance: Pick<Instance, "personalTokens">,
): string | null {
  const { name, role } = organization;
  if (organization.state === "suspended") {
    return `You are suspended in ${isolated(name)}. Choose another organization, or ask an owner or admin there to reinstate you.`;
  }
  if (organization.personal && instance.personalTokens === "deny") {
    return "This server does not allow tokens in personal organizations. Choose another organization.";
  }
  if (!organization.permissions.includes("tokens:create")) {
    return `Your role in ${isolated(name)}, ${role}, cannot mint tokens. Ask an owner or admin there for another role.`;
  }
  if (policy !== null && !policy.mintableBy.includes(role)) {
    const roles = new Intl.ListFormat("en", { type: "disjunction" }).format(policy.mintableBy);
    return `The token policy of ${isolated(name)} lets only ${roles || "nobody"} mint tokens, and your role there is ${role}. Ask an owner or admin.`;
  }
  return null;
}

/** Why some expiries cannot be chosen, or `null` when all can. */
export function limitReason(name: string, limits: ExpiryRule): string | null {
  if (limits.maxLifetimeDays !== null) {
    return `The token policy of ${isolated(name)} allows at most ${counted(limits.maxLifetimeDays, "day")}.`;
  }
  return limits.allowNoExpiry ? null : `The token policy of ${isolated(name)} requires an expiry.`;
}

function bindingNotes(name: string, { networks, idleDays }: MintingRules): string[] {
  return [
    ...(networks === null ? [] : [`Tokens of ${isolated(name)} work only from ${networksInWords(networks)}.`]),
    ...(idleDays === null ? [] : [`A token that is not used for ${counted(idleDays, "day")} stops working.`]),
  ];
}

const NAMED_NETWORKS = 5;

function networksInWords(networks: readonly string[]): string {
  const more = networks.length - NAMED_NETWORKS;
  const named = networks.slice(0, NAMED_NETWORKS);
  return new Intl.ListFormat("en").format(more > 0 ? [...named, counted(more, "other network")] : named);
}

function mcpNote(name: string, mcp: MintingRules["mcp"]): string | null {
  if (mcp === "read-write") return null;
  return mcp === "off"
    ? `AI clients cannot use tokens of ${isolated(name)}.`
    : `AI clients can only read with tokens of ${isolated(name)}.`;
}

// A replacement has the permissions and the lifetime of the old token. So the policy can rule it out.

/** The expiry that a replacement would have, or the reason why the token cannot be replaced. */
export type ReplacementPlan =
  | {
      readonly ok: true;
      readonly expiresAt: number | null;
      /** Whole days. */
      readonly lifetimeDays: number;
      /** Whether the old token lasted longer than the policy allows now. */
      readonly isShortened: boolean;
    }
  | { readonly ok: false; readonly reason: string };

export function planReplacement(
  old: Pick<PersonalAccessToken, "createdAt" | "expiresAt" | "permissions" | "organization">,
  held: readonly string[],
  rules: MintRules,
  now: number,
): ReplacementPlan {
  if (rules.refusal !== null) return { ok: false, reason: rules.refusal };
  const lost = missingPermissions(old.permissions ?? [], held);
  if (lost.length > 0) {
    return {
      ok: false,
      reason: `Your role no longer has all of its permissions: ${lost.join(", ")}. Mint a token with the permissions that you have, then revoke this one.`,
    };
  }
  const original = {
    createdAt: Date.parse(old.createdAt),
    expiresAt: old.expiresAt === null ? null : Date.parse(old.expiresAt),
  };
  const expiresAt = replacementExpiry(original, rules.limits.maxLifetimeDays, now);
  if (expiryRefusal(rules.limits, expiresAt, now) !== null) {
    return {
      ok: false,
      reason: `This token has no expiry, and a new one must have one. ${rules.limitReason ?? ""} Mint a token with an expiry, then revoke this one.`,
    };
  }
  return {
    ok: true,
    expiresAt,
    lifetimeDays: Math.max(1, Math.round(((expiresAt ?? now) - now) / DAY_MS)),
    isShortened: expiresAt !== replacementExpiry(original, null, now),
  };
}

function ceilingNote(name: string, kind: MintingRules["ceiling"]["kind"]): string | null {
  if (kind === "read-only")
    return `The token policy of ${isolated(name)} lets tokens only read, even if their owner may do more.`;
  return kind === "list" ? `The token policy of ${isolated(name)} limits tokens to the permissions shown here.` : null;
}
