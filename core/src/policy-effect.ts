// The effect of a change of policy on one credential: its verdict under the present policy and under the next one.
// Both come from verdict.ts, so a preview cannot disagree with verification.
import { isReadOnly, missingPermissions } from "./authority.ts";
import type { PolicyBlock, TokenPolicy } from "./policy.ts";
import { evaluate, type EvaluationContext, type Facts, type RefusalCode, type Verdict } from "./verdict.ts";

/** The effect of the next policy on a credential that works, or that only the present policy refuses. */
export type PolicyEffect =
  | { readonly kind: "stops"; readonly blockedBy: RefusalCode }
  | {
      readonly kind: "narrows";
      /** The permissions that it would lose, in catalogue order. */
      readonly loses: readonly string[];
      /** Whether it can write now, and could only read. */
      readonly becomesReadOnly: boolean;
      /** Whether no permission would be left. */
      readonly losesAll: boolean;
    }
  | { readonly kind: "resumes"; readonly refusedBy: PolicyBlock };

/**
 * The effect of `next` on the credential, `null` when there is none, and whether it works under the present policy. No
 * policy has an effect on a credential that is refused for another reason.
 */
export function policyEffect(
  facts: Facts,
  next: TokenPolicy,
  context: EvaluationContext,
): { readonly live: boolean; readonly effect: PolicyEffect | null } {
  const today = evaluate(facts, context);
  const tomorrow = evaluate({ ...facts, organization: { ...facts.organization, policy: next } }, context);
  if (!today.ok) {
    const resumes = tomorrow.ok && isPolicyBlock(today.code);
    return { live: false, effect: resumes ? { kind: "resumes", refusedBy: today.code as PolicyBlock } : null };
  }
  if (!tomorrow.ok) return { live: true, effect: { kind: "stops", blockedBy: tomorrow.code } };
  return { live: true, effect: narrowing(today, tomorrow, context) };
}

type Allowed = Extract<Verdict, { ok: true }>;

function narrowing(today: Allowed, tomorrow: Allowed, { catalogue }: EvaluationContext): PolicyEffect | null {
  const [before, after] = [today.principal.permissions, tomorrow.principal.permissions];
  const loses = missingPermissions(before, after);
  if (loses.length === 0) return null;
  return {
    kind: "narrows",
    loses,
    becomesReadOnly: after.length > 0 && !isReadOnly(catalogue, before) && isReadOnly(catalogue, after),
    losesAll: after.length === 0,
  };
}

function isPolicyBlock(code: RefusalCode): boolean {
  return code.startsWith("policy_");
}
