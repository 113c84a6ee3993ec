// Chooses the login of a command, its host and credential, from the options, the environment and config.json.
// Rule: an option takes precedence over the environment, and the environment over config.json. A profile that is for a
// host other than the given one is refused, so that no credential goes to an unintended host.
import type { Command } from "commander";
import { notAuthenticated, usageFailure } from "@mintmark/terminal";
import type { Context } from "./context.ts";
import { DEFAULT_HOST, parseHost, requireSecure } from "./host.ts";
import { type Login, parseProfile, profileNamedAfter } from "./profile.ts";
import type { ProfileSettings } from "./profile-settings.ts";

export interface HostOptions {
  readonly profile?: string;
  readonly host?: string;
  readonly insecure?: boolean;
}

/** Adds the options of every command that talks to a host. */
export function withHostOptions(command: Command): Command {
  return command
    .option("--profile <name>", "the login to use (default: MINTMARK_PROFILE, else the active one)")
    .option("--host <url>", `the Mintmark to talk to (default: MINTMARK_URL, else the profile's, else ${DEFAULT_HOST})`)
    .option("--insecure", "allow a host without https that is not this machine");
}

/** The login that a command uses. Refuses a profile that does not exist, and a host that would need https. */
export function chooseLogin({ config }: Context, settings: ProfileSettings, options: HostOptions): Login {
  const { profile, host, preferred } = readNames(config, options);
  const login = profile === null ? ofHost(settings, host, preferred) : ofProfile(settings, profile, host);
  requireSecure(login.host, options.insecure === true || settings.isInsecure(login));
  return login;
}

/** The login that `mintmark login` creates. The profile may be new, or may have been for another host. */
export function chooseNewLogin({ config }: Context, settings: ProfileSettings, options: HostOptions): Login {
  const { profile, host, preferred } = readNames(config, options);
  const login =
    profile === null
      ? ofHost(settings, host, preferred)
      : { profile, host: host ?? settings.find(profile)?.host ?? urlOf(config) ?? activeHost(settings) };
  requireSecure(login.host, options.insecure === true || settings.isInsecure(login));
  return login;
}

interface Names {
  readonly profile: string | null;
  readonly host: string | null;
  /** The profile to use when several are for the host. */
  readonly preferred: string | null;
}

/** Reads the names from the options, else from the environment. A profile in the environment does not restrict `--host`. */
function readNames(config: Context["config"], options: HostOptions): Names {
  const named = options.profile === undefined ? null : parseProfile(options.profile, "--profile");
  const host = options.host === undefined ? null : parseHost(options.host, "--host");
  const fromEnvironment = config.profile === null ? null : parseProfile(config.profile, "MINTMARK_PROFILE");
  if (named !== null) return { profile: named, host, preferred: null };
  if (host !== null) return { profile: null, host, preferred: fromEnvironment };
  return { profile: fromEnvironment, host: urlOf(config), preferred: null };
}

function urlOf({ url }: Context["config"]): string | null {
  return url === null ? null : parseHost(url, "MINTMARK_URL");
}

function ofProfile(settings: ProfileSettings, profile: string, host: string | null): Login {
  const known = settings.find(profile);
  if (known === null) {
    throw notAuthenticated(
      "profile_unknown",
      `there is no profile ${profile}: see mintmark auth status, or run mintmark login --profile ${profile}`,
    );
  }
  if (host === null || host === known.host) return { profile, host: known.host };
  throw usageFailure(
    `the profile ${profile} is for ${known.host}, not for ${host}`,
    "leave out one of the two, or log in to the other host under another name",
  );
}

/** The active profile, or a profile of the host: the preferred one, the active one, the only one, or the one named after it. */
function ofHost(settings: ProfileSettings, given: string | null, preferred: string | null): Login {
  // Whether a stored credential is needed shows later, and reading it reports the problem.
  if (given !== null && settings.problem !== null) return { profile: profileNamedAfter(given), host: given };
  const active = settings.activeProfile;
  if (given === null && active !== null && settings.find(active) !== null) return ofProfile(settings, active, null);
  const host = given ?? DEFAULT_HOST;
  const eponymous = profileNamedAfter(host);
  const profiles = settings.list().flatMap((entry) => (entry.host === host ? [entry.profile] : []));
  const best = [preferred, active, eponymous].find((name) => name !== null && profiles.includes(name));
  if (best !== undefined && best !== null) return { profile: best, host };
  const [only = eponymous, ...others] = profiles;
  if (others.length === 0) return { profile: only, host };
  throw usageFailure(`several profiles are for ${host}: ${profiles.join(", ")}`, "name one of them with --profile");
}

function activeHost(settings: ProfileSettings): string {
  const active = settings.activeProfile === null ? null : settings.find(settings.activeProfile);
  return active?.host ?? DEFAULT_HOST;
}
