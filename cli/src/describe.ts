// Formats identities, times and expiries for people.
import type { Identity } from "./api-answers.ts";

const CREDENTIAL_NAME: Readonly<Record<Identity["credential"]["type"], string>> = {
  session: "session",
  pat: "personal access token",
  api_key: "API key",
};

/** The UTC day of an instant, or `never` without one. */
export function day(instant: string | null): string {
  return instant === null ? "never" : new Date(instant).toISOString().slice(0, 10);
}

/** The identity and its organization in one line. */
export function inOneLine({ user, organization, role, credential }: Identity): string {
  return user === null
    ? `the API key ${credential.name} of ${organization.name} (${role})`
    : `${user.name} <${user.email}> in ${organization.name} (${role})`;
}

/** The identity as pairs of names and values. */
export function identityFacts(identity: Identity): (readonly [string, string])[] {
  const { credential, user, organization, role, permissions } = identity;
  return [
    ["Token", `${credential.name} (${CREDENTIAL_NAME[credential.type]}, ${credential.prefix}…)`],
    ["Expires", day(credential.expiresAt)],
    ...(user === null ? [] : [["User", `${user.name} <${user.email}>`] as const]),
    ["Organization", organization.name],
    ["Role", role],
    ["Permissions", permissions.length === 0 ? "none" : permissions.join(", ")],
  ];
}
