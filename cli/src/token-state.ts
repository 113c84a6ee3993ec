import type { Style, Text } from "@mintmark/terminal";
import type { Token } from "./api-answers.ts";

const STYLE: Readonly<Record<string, Style>> = {
  active: "green",
  blocked: "red",
  suspended: "yellow",
  expired: "dim",
  revoked: "dim",
};

/** The state, with the rule that blocks the token. */
export function stateText({ state, blockedBy }: Token): Text {
  return { text: blockedBy === null ? state : `${state} (${blockedBy})`, style: STYLE[state] ?? "bold" };
}
