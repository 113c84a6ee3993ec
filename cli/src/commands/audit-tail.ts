import { setTimeout as delay } from "node:timers/promises";
import { type Command, InvalidArgumentError, Option } from "commander";
import { type Output, TemporaryFailure, type Text } from "@mintmark/terminal";
import { type HostOptions, withHostOptions } from "../choose-login.ts";
import { connect } from "../connection.ts";
import type { Context } from "../context.ts";
import { type AuditEvent, type EventSource, EventTail, isAuditEvent, newestEvents } from "../event-tail.ts";
import { organizationPath } from "../organization-path.ts";

interface TailOptions extends HostOptions {
  readonly lines: number;
  readonly interval: number;
  readonly follow?: boolean;
  readonly org?: string;
  readonly action?: string;
  readonly actor?: string;
  readonly credential?: string;
  readonly outcome?: string;
}

const LONGEST_WAIT_SECONDS = 60;

export function addAuditTail(parent: Command, context: Context): void {
  withHostOptions(parent.command("tail"))
    .description("print the newest events of the audit log, oldest first; needs audit:read")
    .option("-n, --lines <count>", "how many", wholeNumber(0, 1000), 20)
    .option("-f, --follow", "print each new event as it happens, until Ctrl-C")
    .option("--interval <seconds>", "how often to request new events", wholeNumber(1, 3600), 2)
    .option("--org <id>", "the organization (default: that of the token)")
    .option(
      "--action <names>",
      "only these actions, separated by commas; a name that ends with a dot matches all actions that begin with it",
    )
    .option("--actor <id>", "only events caused by this person or key")
    .option("--credential <id>", "only events through this token or key, or about it")
    .addOption(
      new Option("--outcome <outcome>", "only events that succeeded, or that were denied").choices(["ok", "denied"]),
    )
    .addHelpText(
      "after",
      "\nWith --json each event is one line. --follow continues when the server restarts or is busy, and prints each event\nonce. It exits with 4 when the token no longer works.\n\nExamples:\n  mintmark audit tail -n 5\n  mintmark audit tail --follow --action pat.,member.removed --json",
    )
    .action((options: TailOptions) => tail(context, options));
}

async function tail(context: Context, options: TailOptions): Promise<void> {
  const { output, expiry } = context;
  const { client } = await connect(context, options);
  const path = organizationPath(options.org ?? (await client.whoami()).organization.id, "audit-events");
  const filter = filterOf(options);
  const source: EventSource = {
    pages: (query) => client.pages(path, isAuditEvent, { ...filter, ...query }),
    answeredAt: () => client.answeredAt,
  };
  if (options.follow !== true) {
    for (const event of await newestEvents(source, options.lines)) print(output, event);
    return;
  }
  const events = new EventTail(source);
  for (const event of await events.first(options.lines)) print(output, event);
  // Following has no end, so the warning is printed before it.
  expiry.show(output);
  await follow(context, events, options.interval);
}

/** Runs until Ctrl-C, or until a failure that does not pass with time. */
async function follow({ output }: Context, events: EventTail, interval: number): Promise<never> {
  let wait = interval;
  for (;;) {
    await delay(wait * 1000);
    try {
      for (const event of await events.next()) print(output, event);
      wait = interval;
    } catch (error) {
      if (!(error instanceof TemporaryFailure)) throw error;
      const isNew = wait === interval;
      wait = Math.min(LONGEST_WAIT_SECONDS, error.retryAfterSeconds ?? wait * 2);
      if (wait <= interval) wait = interval + 1;
      // Warn once for each outage, not for each attempt.
      if (isNew) output.warning(error.code, `${error.message}; still trying`);
    }
  }
}

function filterOf({ action, actor, credential, outcome }: TailOptions): Record<string, string> {
  return {
    ...(action === undefined ? {} : { action }),
    ...(actor === undefined ? {} : { actor }),
    ...(credential === undefined ? {} : { credential }),
    ...(outcome === undefined ? {} : { outcome }),
  };
}

function print(output: Output, event: AuditEvent): void {
  output.item(event, () => output.line(...partsOf(event)));
}

function partsOf({ at, action, actor, via, target, outcome, ip }: AuditEvent): readonly Text[] {
  const time = new Date(at).toISOString().replace("T", " ").slice(0, 19);
  const through = via === null ? "" : ` (via ${via.name})`;
  const what = target === null ? "" : ` → ${target.kind} ${target.name}`;
  return [
    { text: `${time}  `, style: "dim" },
    { text: `${action.padEnd(22)}  `, style: outcome === "ok" ? "bold" : "red" },
    `${actor.name}${through}${what}${outcome === "ok" ? "" : `  ${outcome}`}`,
    { text: ip === null ? "" : `  from ${ip}`, style: "dim" },
  ];
}

function wholeNumber(least: number, most: number): (typed: string) => number {
  return (typed) => {
    const value = /^\d+$/.test(typed) ? Number(typed) : Number.NaN;
    if (value >= least && value <= most) return value;
    throw new InvalidArgumentError(`It must be a whole number from ${least} to ${most}.`);
  };
}
