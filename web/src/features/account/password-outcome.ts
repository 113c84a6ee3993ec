/** The result of a password change in a sentence. */
export function passwordOutcome(outcome: { readonly endedSessions: number; readonly revokedTokens: number }): string {
  const effects: string[] = [];
  if (outcome.endedSessions > 0) effects.push(`${count(outcome.endedSessions, "other session")} ended`);
  if (outcome.revokedTokens > 0) effects.push(`${count(outcome.revokedTokens, "token")} revoked`);
  return effects.length === 0 ? "Your password is changed." : `Your password is changed; ${effects.join(", ")}.`;
}

function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? "" : "s"}`;
}
