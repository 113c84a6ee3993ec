import type { Style, Text } from "@mintmark/terminal";
import type { Token } from "./api-answers.ts";
import { day } from "./describe.ts";

const STYLE: Readonly<Record<string, Style>> = {
  active: "green",
  blocked: "red",
  suspended: "yellow",
  expired: "dim",
  revoked: "dim",
};

/** The parts of a token or API key that say when it ends. */
export type End = Pick<Token, "expiresAt" | "endsAt" | "endsBecause">;

/** The day on which time alone ends it, or `never`: by its expiry or by the policy. */
export function endDay({ expiresAt, endsAt, endsBecause }: End): string {
  return day(endsBecause === "revoked" ? expiresAt : endsAt);
}

/** The same, with the rule of the policy that ends it. */
export function endText(token: End): string {
  switch (token.endsBecause) {
    case "policy_lifetime":
      return `${endDay(token)} (the policy's longest lifetime)`;
    case "policy_idle":
      return `${endDay(token)} (the policy's idle limit, unless used)`;
    default:
      return endDay(token);
  }
}

/** The state of a token or API key, with the rule that blocks it. */
export function stateText({ state, blockedBy }: { readonly state: string; readonly blockedBy: string | null }): Text {
  return { text: blockedBy === null ? state : `${state} (${blockedBy})`, style: STYLE[state] ?? "bold" };
}
