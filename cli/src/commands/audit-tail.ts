import { setTimeout as delay } from "node:timers/promises";
import type { Command } from "commander";
import { type Output, TemporaryFailure, type Text } from "@mintmark/terminal";
import { isPageOf } from "../api-answers.ts";
import { type HostOptions, withHostOptions } from "../choose-login.ts";
import { connect } from "../connection.ts";
import type { Context } from "../context.ts";
import { type EventFilter, queryOf, withEventFilter } from "../event-filter.ts";
import { type AuditEvent, type EventSource, EventTail, isAuditEvent, newestEvents } from "../event-tail.ts";
import { chosenPath, type OrganizationOptions, withOrganizationOption } from "../organization-path.ts";
import { wholeNumber } from "../whole-number.ts";

interface TailOptions extends HostOptions, OrganizationOptions, EventFilter {
  readonly lines: number;
  readonly interval: number;
  readonly follow?: boolean;
}

const LONGEST_WAIT_SECONDS = 60;

export function addAuditTail(parent: Command, context: Context): void {
  const command = withHostOptions(parent.command("tail"))
    .description("print the newest events of the audit log, oldest first; needs audit:read")
    .option("-n, --lines <count>", "how many", wholeNumber(0, 1000), 20)
    .option("-f, --follow", "print each new event as it happens, until Ctrl-C")
    .option("--interval <seconds>", "how often to request new events", wholeNumber(1, 3600), 2);
  withEventFilter(withOrganizationOption(command))
    .addHelpText(
      "after",
      "\nWith --json each event is one line. --follow continues when the server restarts or is busy, and prints each event\nonce. It exits with 4 when the token no longer works.\n\nExamples:\n  mintmark audit tail -n 5\n  mintmark audit tail --follow --action pat.,member.removed --json",
    )
    .action((options: TailOptions) => tail(context, options));
}

async function tail(context: Context, options: TailOptions): Promise<void> {
  const { output, expiry } = context;
  const { client } = await connect(context, options);
  const path = await chosenPath(client, options, "audit-events");
  const filter = queryOf(options);
  const source: EventSource = {
    pages: (query) => client.pages(path, isAuditEvent, { ...filter, ...query }),
    after: (after) =>
      client.ask(
        { method: "GET", path: `${path}?${new URLSearchParams({ limit: "200", ...filter, after }).toString()}` },
        isPageOf(isAuditEvent),
      ),
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
      for await (const event of events.next()) print(output, event);
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
