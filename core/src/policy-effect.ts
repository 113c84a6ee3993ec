// What a change of policy would do to one credential: the judgement of today beside that of tomorrow. Nothing
// here judges by itself, so a preview cannot disagree with verification.
import { isReadOnly, missingPermissions } from "./authority.ts";
import type { PolicyBlock, TokenPolicy } from "./policy.ts";
import { type Facts, judge, type JudgeContext, type RefusalCode, type Verdict } from "./verdict.ts";

/** What the next policy does to a credential that works today, or to one that only today's policy refuses. */
export type PolicyEffect =
  | { readonly kind: "stops"; readonly blockedBy: RefusalCode }
  | {
      readonly kind: "narrows";
      /** The permissions it has today and would lose, in catalogue order. */
      readonly loses: readonly string[];
      /** Whether it can change something today, and could only read. */
      readonly becomesReadOnly: boolean;
      /** Whether nothing would be left. */
      readonly losesAll: boolean;
    }
  | { readonly kind: "resumes"; readonly refusedBy: PolicyBlock };

/**
 * The effect of `next` on the credential, `null` when there is none, and whether it works under the present
 * policy at all. A credential that is refused for another reason than the policy is not live, and no policy
 * changes that.
 */
export function policyEffect(
  facts: Facts,
  next: TokenPolicy,
  context: JudgeContext,
): { readonly live: boolean; readonly effect: PolicyEffect | null } {
  const today = judge(facts, context);
  const tomorrow = judge({ ...facts, organization: { ...facts.organization, policy: next } }, context);
  if (!today.ok) {
    const resumes = tomorrow.ok && isPolicyBlock(today.code);
    return { live: false, effect: resumes ? { kind: "resumes", refusedBy: today.code as PolicyBlock } : null };
  }
  if (!tomorrow.ok) return { live: true, effect: { kind: "stops", blockedBy: tomorrow.code } };
  return { live: true, effect: narrowing(today, tomorrow, context) };
}

type Allowed = Extract<Verdict, { ok: true }>;

function narrowing(today: Allowed, tomorrow: Allowed, { catalogue }: JudgeContext): PolicyEffect | null {
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
