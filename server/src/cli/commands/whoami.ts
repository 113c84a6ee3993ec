import type { Command } from "commander";
import { connect, type HostOptions, withHostOptions } from "../connection.ts";
import type { Context } from "../context.ts";
import { identityFacts, warnOfExpiry } from "../describe.ts";

export function addWhoami(parent: Command, context: Context): void {
  withHostOptions(parent.command("whoami"))
    .description("show who the token is, in which organization, and what it may do")
    .action(async (options: HostOptions) => {
      const { host, client } = await connect(context, options);
      const identity = await client.whoami();
      context.output.result({ host, ...identity }, () =>
        context.output.facts([["Host", host], ...identityFacts(identity)]),
      );
      warnOfExpiry(context.output, host, identity);
    });
}
