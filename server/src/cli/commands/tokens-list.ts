import type { Command } from "commander";
import type { Token } from "../api-answers.ts";
import { connect, type HostOptions, withHostOptions } from "../connection.ts";
import type { Context } from "../context.ts";
import { day, warnOfExpiry } from "../describe.ts";
import type { Style, Text } from "../output.ts";

const HEADER = ["STATE", "NAME", "PREFIX", "ORGANIZATION", "EXPIRES", "LAST USED", "ID"];

const STATE_STYLE: Readonly<Record<string, Style>> = {
  active: "green",
  blocked: "red",
  suspended: "yellow",
  expired: "dim",
  revoked: "dim",
};

export function addTokensList(parent: Command, context: Context): void {
  withHostOptions(parent.command("list"))
    .description("list your personal access tokens in the organization of the one in use")
    .action((options: HostOptions) => listTokens(context, options));
}

async function listTokens(context: Context, options: HostOptions): Promise<void> {
  const { output } = context;
  const { host, client } = await connect(context, options);
  const identity = await client.whoami();
  const items = await client.listTokens();
  const inUse = identity.credential.id;
  output.result({ items: items.map((token) => ({ ...token, current: token.id === inUse })) }, () => {
    if (items.length === 0) output.line("There are no tokens.");
    else
      output.table(
        HEADER,
        items.map((token) => row(token, token.id === inUse)),
      );
  });
  warnOfExpiry(output, host, identity);
}

function row(token: Token, isInUse: boolean): readonly Text[] {
  const { id, name, prefix, state, blockedBy, organization, expiresAt, lastUsedAt } = token;
  return [
    { text: blockedBy === null ? state : `${state} (${blockedBy})`, style: STATE_STYLE[state] ?? "bold" },
    isInUse ? `${name} (in use)` : name,
    prefix,
    organization.name,
    day(expiresAt),
    day(lastUsedAt),
    id,
  ];
}
