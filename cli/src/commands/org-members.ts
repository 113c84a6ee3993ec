import type { Command } from "commander";
import { hasTexts, isInstantOrNull, isObject, isPerson } from "../api-answers.ts";
import { type HostOptions, withHostOptions } from "../choose-login.ts";
import { connect } from "../connection.ts";
import type { Context } from "../context.ts";
import { day } from "../describe.ts";
import { organizationPath } from "../organization-path.ts";

interface Member {
  readonly id: string;
  readonly user: { readonly name: string; readonly email: string };
  readonly role: string;
  readonly state: string;
  readonly joinedAt: string;
  readonly tokenCount: number;
}

interface MembersOptions extends HostOptions {
  readonly org?: string;
  readonly query?: string;
}

export function addOrgMembers(parent: Command, context: Context): void {
  withHostOptions(parent.command("members"))
    .description("list the members of an organization; needs members:read")
    .option("--org <id>", "the organization (default: that of the token)")
    .option("--query <text>", "only members whose name or email address contains this text")
    .addHelpText("after", "\nExample:\n  mintmark org members --query ada")
    .action((options: MembersOptions) => listMembers(context, options));
}

async function listMembers(context: Context, options: MembersOptions): Promise<void> {
  const { output } = context;
  const { client } = await connect(context, options);
  const path = organizationPath(options.org ?? (await client.whoami()).organization.id, "members");
  const items = await client.list(path, isMember, options.query === undefined ? {} : { query: options.query });
  output.result({ items }, () => {
    if (items.length === 0) output.line("No members found.");
    else
      output.table(
        ["NAME", "EMAIL", "ROLE", "STATE", "JOINED", "TOKENS", "ID"],
        items.map(({ id, user, role, state, joinedAt, tokenCount }) => [
          user.name,
          user.email,
          role,
          state,
          day(joinedAt),
          String(tokenCount),
          id,
        ]),
      );
  });
}

function isMember(value: unknown): value is Member {
  return (
    isObject(value) &&
    hasTexts(value, ["id", "role", "state", "joinedAt"]) &&
    isInstantOrNull(value["joinedAt"]) &&
    isPerson(value["user"]) &&
    typeof value["tokenCount"] === "number"
  );
}
