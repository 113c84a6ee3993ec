// The sentence under an error's title. The server's own detail is the rule; what the browser alone
// knows (no network, how long to wait) is added here.
import type { Problem } from "../api/problem.ts";

export function adviceFor(problem: Problem): string {
  if (problem.status === 429) return waitAdvice(problem.retryAfterSeconds);
  if (problem.code === "outcome_unknown") {
    return `${problem.detail} Reload the page to see whether it was made before you try again.`;
  }
  return problem.detail;
}

function waitAdvice(seconds: number | null): string {
  if (seconds === null || seconds <= 0) return "Too many tries. Wait a minute, then try again.";
  if (seconds < 90) return `Too many tries. Try again in ${seconds} ${seconds === 1 ? "second" : "seconds"}.`;
  return `Too many tries. Try again in ${Math.ceil(seconds / 60)} minutes.`;
}
