// How identities, times and expiries read in the output for people.
import type { Identity } from "./api-answers.ts";
import type { Output } from "./output.ts";

const DAY_MS = 86_400_000;
/** A token that ends within this time is warned about. */
const WARN_DAYS = 30;

const CREDENTIAL_NAME: Readonly<Record<Identity["credential"]["type"], string>> = {
  session: "session",
  pat: "personal access token",
  api_key: "API key",
};

/** The UTC day of an instant; `never` for none. */
export function day(instant: string | null): string {
  return instant === null ? "never" : new Date(instant).toISOString().slice(0, 10);
}

/** Who it is and where, in one line. */
export function inOneLine({ user, organization, role, credential }: Identity): string {
  return user === null
    ? `the API key ${credential.name} of ${organization.name} (${role})`
    : `${user.name} <${user.email}> in ${organization.name} (${role})`;
}

/** The identity as names and values. */
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

/** Warns when the token in use ends soon. A server's clock may differ; days are precise enough. */
export function warnOfExpiry(output: Output, host: string, { credential }: Identity, now: number = Date.now()): void {
  if (credential.expiresAt === null) return;
  const days = Math.floor((Date.parse(credential.expiresAt) - now) / DAY_MS);
  if (days >= WARN_DAYS) return;
  const when = days < 1 ? "within a day" : days === 1 ? "in a day" : `in ${days} days`;
  output.warning(
    "token_expires_soon",
    `the token "${credential.name}" expires ${when} (${day(credential.expiresAt)}): replace it at ${host}/settings/tokens`,
  );
}
