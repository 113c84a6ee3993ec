// The pure rules of Mintmark: token format, permissions, roles, authority, policy, verdict, names of
// events and error codes. Rule: no dependency, no node: import, no clock, no randomness; every
// function here is a function of its arguments, so each rule can be read and tested alone.
// Deliberately absent: storage, HTTP, hashing, time.
export * from "./audit-action.ts";
export * from "./authority.ts";
export * from "./catalogue.ts";
export * from "./catalogue-defaults.ts";
export * from "./email-domain.ts";
export * from "./error-code.ts";
export * from "./expiry.ts";
export * from "./id.ts";
export * from "./limits.ts";
export * from "./name.ts";
export * from "./notice.ts";
export * from "./origin.ts";
export * from "./policy.ts";
export * from "./policy-effect.ts";
export * from "./reasons.ts";
export * from "./reauthentication.ts";
export * from "./retention.ts";
export * from "./secret.ts";
export * from "./stale.ts";
export * from "./token-format.ts";
export * from "./verdict.ts";
