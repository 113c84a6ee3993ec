// The options that choose audit events, for every command that reads the log.
import { type Command, InvalidArgumentError, Option } from "commander";

export interface EventFilter {
  readonly action?: string;
  readonly actor?: string;
  readonly credential?: string;
  readonly outcome?: string;
}

export function withEventFilter(command: Command): Command {
  return command
    .option(
      "--action <names>",
      "only these actions, separated by commas; a name that ends with a dot matches all actions that begin with it",
    )
    .option("--actor <id>", "only events caused by this person or key")
    .option("--credential <id>", "only events through this token or key, or about it")
    .addOption(
      new Option("--outcome <outcome>", "only events that succeeded, or that were denied").choices(["ok", "denied"]),
    );
}

/** The filter as the query of the API. */
export function queryOf({ action, actor, credential, outcome }: EventFilter): Record<string, string> {
  return {
    ...(action === undefined ? {} : { action }),
    ...(actor === undefined ? {} : { actor }),
    ...(credential === undefined ? {} : { credential }),
    ...(outcome === undefined ? {} : { outcome }),
  };
}

/** Parses the value of an option, a day in UTC or an instant. Returns an instant by RFC 3339 in UTC. */
export function parseInstant(typed: string): string {
  const isDay = /^\d{4}-\d\d-\d\d$/.test(typed);
  const at = isDay || /^\d{4}-\d\d-\d\dT[\d:.]+(?:Z|[+-]\d\d:\d\d)$/.test(typed) ? Date.parse(typed) : Number.NaN;
  const isReal = !Number.isNaN(at) && (!isDay || new Date(at).toISOString().startsWith(typed));
  if (isReal) return new Date(at).toISOString();
  throw new InvalidArgumentError("It must be a day such as 2026-11-30, or an instant such as 2026-11-30T09:30:00Z.");
}
