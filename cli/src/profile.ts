// A profile is a named login: one host, and one credential for it. Most people have one per host and never see its name,
// which is then the host's.
import { usageFailure } from "@mintmark/terminal";

/** Which credential a command uses, and the only host it is sent to. */
export interface Login {
  readonly profile: string;
  /** An origin. */
  readonly host: string;
}

/** The characters of host names, without slash and white space, so that no name looks like an origin. */
const NAME = /^[A-Za-z0-9[][A-Za-z0-9.:_[\]-]{0,99}$/;

/** The profile that a login to this host creates when no profile is named. */
export function profileNamedAfter(host: string): string {
  return new URL(host).host;
}

export function isNamedAfterHost({ profile, host }: Login): boolean {
  return profile === profileNamedAfter(host);
}

/** Refuses text that is not a name, without repeating it, because it may be a secret in the wrong place. */
export function parseProfile(typed: string, from: string): string {
  if (NAME.test(typed)) return typed;
  throw usageFailure(`${from} is not the name of a profile`, "use letters, digits, dots and dashes, as in work");
}

/**
 * The account of the login's credential. It contains the host. If someone changes the host of a profile in config.json,
 * no credential is found for the other host, and so none is sent there.
 */
export function accountOf(login: Login): string {
  return isNamedAfterHost(login) ? login.host : `${login.profile}@${login.host}`;
}

/** The account of a service key. There is one per host. */
export function serviceKeyAccount(host: string): string {
  return `${host}#service-key`;
}
