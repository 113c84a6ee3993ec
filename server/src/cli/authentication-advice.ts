// Why a credential is refused, and what its holder can do about it, as the hint under "not authenticated".
import { type ErrorCode, isErrorCode } from "@mintmark/core/error-code";
import { isNamedAfterHost, type Login } from "./profile.ts";

/** Where a credential was used, and whether it came from MINTMARK_TOKEN. */
export interface Used extends Login {
  readonly fromEnvironment: boolean;
}

type Advice = readonly [why: string, whatToDo: (used: Used) => string];

const getAnother = (used: Used): string =>
  used.fromEnvironment
    ? `mint a new one at ${used.host}/settings/tokens, and put it in MINTMARK_TOKEN`
    : `get another one with ${loginCommand(used)}`;
const askOwner = (): string => "ask an owner of the organization";
const askAdmin = (): string => "ask whoever runs this Mintmark";

const ADVICE: Partial<Record<ErrorCode, Advice>> = {
  token_malformed: ["the server does not take this for a token", getAnother],
  token_checksum_mismatch: ["a character of the token is wrong or missing", getAnother],
  token_wrong_issuer: ["the token was made by another Mintmark", () => "check --host or MINTMARK_URL"],
  token_unknown: [
    "the server does not know the token",
    (used) => `check that it belongs to ${used.host}, or ${getAnother(used)}`,
  ],
  token_revoked: ["the token was revoked", getAnother],
  token_expired: ["the token has expired", getAnother],
  member_removed: ["you are no longer a member of the token's organization", askOwner],
  member_suspended: ["you are suspended in the token's organization, and the token rests until that ends", askOwner],
  user_suspended: ["your account is suspended, and the token rests until that ends", askAdmin],
  user_deleted: ["the account that the token belongs to was deleted", askAdmin],
  organization_deleted: ["the token's organization was deleted", getAnother],
  personal_organization_denied: [
    "tokens of personal organizations are turned off",
    ({ host }) => `mint one in a shared organization at ${host}/settings/tokens`,
  ],
  policy_lifetime: ["the token is older than its organization allows", getAnother],
  policy_no_expiry: ["the token's organization refuses tokens without expiry", getAnother],
  policy_network: ["the token's organization refuses tokens from this network", () => "use it from an allowed network"],
  policy_idle: ["the token was unused for longer than its organization allows", getAnother],
};

/** The hint for a refusal with this code. */
export function adviceFor(code: string, used: Used): string {
  const [why, whatToDo] = (isErrorCode(code) ? ADVICE[code] : undefined) ?? [
    "the server refuses the token",
    getAnother,
  ];
  return `${why}: ${whatToDo(used)}`;
}

/** The command that logs in to this host, under this profile where its name says more than the host. */
export function loginCommand(login: Login): string {
  const under = isNamedAfterHost(login) ? "" : ` --profile ${login.profile}`;
  return `mintmark login${under} --host ${login.host}`;
}
