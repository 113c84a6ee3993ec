// Decides whether a history keeps the promise. A verification is compared with every state that its subjects can have had
// between its request and its response. A change may take effect at any instant after its first request was sent, and
// has taken effect when a response confirms it. A response that no such state allows is a violation.
// Deliberately absent: any clock but the driver's, and any knowledge of how the server works.
import type { Change, History, Subject, Verification } from "./history.ts";

type Violation =
  /** An accept after the end was acknowledged, or by a role that was superseded. */
  | "stale_accept"
  /** A refusal before any change had requested it. */
  | "false_refusal"
  /** A token that was minted and acknowledged is unknown. */
  | "lost_write"
  /** Active again after a completed verification had returned that it is revoked. */
  | "revived";

export interface Finding {
  readonly violation: Violation;
  readonly verification: Verification;
  readonly possible: readonly string[];
}

const TERMINAL = new Set(["token_revoked", "member_removed"]);

/** Every violation of a history, in the order of its verifications. Time grows with changes times log, not with pairs. */
export function check(history: History): readonly Finding[] {
  const changesOf = Map.groupBy(history.changes, ({ subject }) => subject);
  const endedBy = firstTerminalRefusals(history.verifications);
  return history.verifications.flatMap((verification) => {
    const violation = judge(verification, changesOf, endedBy);
    return violation === null ? [] : [violation];
  });
}

/** The states that a subject can have had at some instant of the interval, oldest first; `absent` before the first. */
export function possibleStates(changes: readonly Change[], begin: number, end: number): readonly string[] {
  const states: string[] = [];
  const isOver = (next: Change | undefined): boolean => next !== undefined && next.end !== null && next.end < begin;
  if (!isOver(changes[0])) states.push("absent");
  for (const [index, change] of changes.entries()) {
    if (change.begin > end) break;
    if (!isOver(changes[index + 1])) states.push(change.state);
  }
  return states;
}

function judge(
  verification: Verification,
  changesOf: ReadonlyMap<Subject, readonly Change[]>,
  endedBy: ReadonlyMap<Subject, number>,
): Finding | null {
  const { token, membership, begin, end, outcome } = verification;
  if (outcome.kind === "unavailable") return null;
  const tokens = possibleStates(changesOf.get(token) ?? [], begin, end);
  const memberships = possibleStates(changesOf.get(membership) ?? [], begin, end);
  const finding = (violation: Violation): Finding => ({
    violation,
    verification,
    possible: [...tokens, ...memberships],
  });
  if (outcome.kind === "accept") {
    if ((endedBy.get(token) ?? Infinity) < begin) return finding("revived");
    const isAllowed = tokens.includes("live") && memberships.includes(`active ${outcome.role}`);
    return isAllowed ? null : finding("stale_accept");
  }
  switch (outcome.code) {
    case "token_revoked":
      return tokens.includes("revoked") ? null : finding("false_refusal");
    case "member_suspended":
      return memberships.includes("suspended") ? null : finding("false_refusal");
    case "member_removed":
      return memberships.includes("removed") ? null : finding("false_refusal");
    case "token_unknown":
      return tokens.includes("absent") ? null : finding("lost_write");
    default:
      return finding("false_refusal");
  }
}

/** The time of the first response that said that a token has ended for good. */
function firstTerminalRefusals(verifications: readonly Verification[]): ReadonlyMap<Subject, number> {
  const first = new Map<Subject, number>();
  for (const { token, end, outcome } of verifications) {
    if (outcome.kind !== "refuse" || !TERMINAL.has(outcome.code)) continue;
    first.set(token, Math.min(end, first.get(token) ?? Infinity));
  }
  return first;
}
