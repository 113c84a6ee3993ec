// Oversight: what admins see of other members' tokens, and how they end them.
// Rule: two locks on one door, the caller's permission and how far the organization's policy lets oversight
// reach at all. Deliberately absent: minting, renaming or reading a secret for someone else.
import type { TokenPolicy } from "@mintmark/core";
import { allowsOversight } from "../authority.ts";
import { Refusal } from "../refusal.ts";

export function requireOversight(policy: Pick<TokenPolicy, "oversight">, wanted: "list" | "list-and-revoke"): void {
  if (!allowsOversight(policy, wanted)) throw oversightDenied(wanted);
}

export function oversightDenied(wanted: "list" | "list-and-revoke"): Refusal {
  const what = wanted === "list" ? "see" : "revoke";
  return new Refusal(
    "policy_oversight",
    `The organization's token policy does not let admins ${what} members' tokens. Someone who may change the policy can allow it.`,
  );
}
