// Formats identities, times and expiries for people.
import { readableAddress } from "@mintmark/core/email-address";
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
    : `${user.name} <${readableAddress(user.email)}> in ${organization.name} (${role})`;
}

/** The identity as pairs of names and values. */
export function identityFacts(identity: Identity): (readonly [string, string])[] {
  const { credential, user, organization, role, permissions } = identity;
  // Only where a host product knows them, and never from an older instance.
  const ofHost = (name: string, id: string | null | undefined): (readonly [string, string])[] =>
    typeof id === "string" ? [[name, id]] : [];
  return [
    ["Token", `${credential.name} (${CREDENTIAL_NAME[credential.type]}, ${credential.prefix}…)`],
    ["Expires", day(credential.endsAt)],
    ...(user === null ? [] : [["User", `${user.name} <${readableAddress(user.email)}>`] as const]),
    ...ofHost("User's external id", user?.externalId),
    ["Organization", organization.name],
    ...ofHost("Organization's external id", organization.externalId),
    ["Role", role],
    ["Permissions", permissions.length === 0 ? "none" : permissions.join(", ")],
  ];
}
