// A profile is one login under a name: one host, and one credential for it. Most people have one a host and
// never see the name, which is then the host's.
import { usageFailure } from "@mintmark/terminal";

/** Which credential a command uses, and the only host it is sent to. */
export interface Login {
  readonly profile: string;
  /** An origin. */
  readonly host: string;
}

/** Letters, digits and what addresses hold; no slash and no white space, so that no name looks like an origin. */
const NAME = /^[A-Za-z0-9[][A-Za-z0-9.:_[\]-]{0,99}$/;

/** The profile that a login to this host makes when nobody names one. */
export function profileNamedAfter(host: string): string {
  return new URL(host).host;
}

export function isNamedAfterHost({ profile, host }: Login): boolean {
  return profile === profileNamedAfter(host);
}

/** Refuses what is no name, without repeating it: it may be a secret in the wrong place. */
export function parseProfile(typed: string, from: string): string {
  if (NAME.test(typed)) return typed;
  throw usageFailure(`${from} is not the name of a profile`, "use letters, digits, dots and dashes, as in work");
}

/**
 * The name that the credential is kept under. It holds the host: when config.json is changed so that a profile leads
 * elsewhere, the credential is not found for the other host, and so not sent there.
 */
export function accountOf(login: Login): string {
  return isNamedAfterHost(login) ? login.host : `${login.profile}@${login.host}`;
}

/** The same for a service key, of which a host has one. */
export function serviceKeyAccount(host: string): string {
  return `${host}#service-key`;
}
