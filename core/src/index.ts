// The pure rules of Mintmark: token format, permissions, roles, authority, policy, verdict, names of events, error codes
// and reasons. Rule: no dependency, no node: import, no clock, no randomness. The result of each function depends on its
// arguments only, so each rule can be read and tested alone, and the browser can import it.
// Deliberately absent: storage, HTTP, hashing, time.
export * from "./audit-action.ts";
export * from "./authority.ts";
export * from "./catalogue-defaults.ts";
export * from "./confirmation.ts";
export * from "./email-address.ts";
export * from "./familiar-paths.ts";
export * from "./input.ts";
export * from "./error-code.ts";
export * from "./lifetime.ts";
export * from "./format.ts";
export * from "./management.ts";
export * from "./bounds.ts";
export * from "./hand-off.ts";
export * from "./policy.ts";
export * from "./policy-effect.ts";
export * from "./problem.ts";
export * from "./reasons.ts";
export * from "./retention.ts";
export * from "./stale.ts";
export * from "./verdict.ts";
