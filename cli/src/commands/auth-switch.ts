import type { Command } from "commander";
import { Failure, usageFailure } from "@mintmark/terminal";
import { canAsk, type Context, openMemory } from "../context.ts";
import { parseProfile } from "../profile.ts";
import type { ProfileSettings } from "../profile-settings.ts";

export function addAuthSwitch(parent: Command, context: Context): void {
  parent
    .command("switch")
    .description("make another login the active one, which commands use when nothing else is named")
    .argument("[profile]", "its name; without it, the other one of two, or the one that you choose at the terminal")
    .addHelpText("after", "\nExamples:\n  mintmark auth switch work\n  mintmark auth switch")
    .action((typed: string | undefined) => switchProfile(context, typed));
}

async function switchProfile(context: Context, typed: string | undefined): Promise<void> {
  const { output, config } = context;
  const { settings } = openMemory(context);
  const profile = typed === undefined ? await chooseAnother(context, settings) : parseProfile(typed, "the argument");
  const entry = settings.find(profile);
  if (entry === null) {
    throw new Failure("profile_unknown", `there is no profile ${profile}`, `there are: ${namesOf(settings)}`);
  }
  settings.activate(profile);
  output.result({ profile, host: entry.host }, () =>
    output.line(`The active profile is ${profile}, for ${entry.host}`),
  );
  for (const [name, isSet] of [
    ["MINTMARK_TOKEN", config.token !== null],
    ["MINTMARK_PROFILE", config.profile !== null],
    ["MINTMARK_URL", config.url !== null],
  ] as const) {
    if (isSet) output.warning("environment_wins", `${name} is set and takes precedence over the active profile`);
  }
}

async function chooseAnother(context: Context, settings: ProfileSettings): Promise<string> {
  const profiles = settings.list();
  const [only, another] = profiles.filter(({ profile }) => profile !== settings.activeProfile);
  if (only === undefined) {
    throw new Failure("profile_unknown", "there is no other profile", "make one: mintmark login --profile work");
  }
  if (another === undefined) return only.profile;
  if (context.output.json || !canAsk(context)) {
    throw usageFailure("there is no terminal to choose a profile at", `name one of ${namesOf(settings)}`);
  }
  const { choose } = await import("../prompt.ts");
  const choices = profiles.map(({ profile, host }) => ({ value: profile, label: `${profile} (${host})` }));
  return choose(context, "Which profile?", choices, settings.activeProfile);
}

function namesOf(settings: ProfileSettings): string {
  return (
    settings
      .list()
      .map(({ profile }) => profile)
      .join(", ") || "none"
  );
}
