/** Why an organization's policy, or the server, refuses a credential, by the code that lists show as `blockedBy`. */
const REASONS: Readonly<Record<string, string>> = {
  policy_lifetime: "Older than the organization's policy allows",
  policy_no_expiry: "The organization's policy refuses credentials without an expiry",
  policy_idle: "Unused for longer than the organization's policy allows",
  policy_network: "The organization's policy allows it from no network it is used from",
  personal_organization_denied: "This server does not accept tokens of personal organizations",
};

export function blockedReason(blockedBy: string | null): string {
  return REASONS[blockedBy ?? ""] ?? "The organization's policy refuses it";
}
