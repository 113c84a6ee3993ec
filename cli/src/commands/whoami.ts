import type { Command } from "commander";
import { type HostOptions, withHostOptions } from "../choose-login.ts";
import { connect } from "../connection.ts";
import type { Context } from "../context.ts";
import { identityFacts } from "../describe.ts";

export function addWhoami(parent: Command, context: Context): void {
  withHostOptions(parent.command("whoami"))
    .description("show the token's holder, organization and permissions")
    .action(async (options: HostOptions) => {
      const { host, client } = await connect(context, options);
      const identity = await client.whoami();
      context.output.result({ host, ...identity }, () =>
        context.output.facts([["Host", host], ...identityFacts(identity)]),
      );
    });
}
