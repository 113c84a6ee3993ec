import { readableAddress } from "@mintmark/core/email-address";
import type { Command } from "commander";
import { hasTexts, isInstantOrNull, isObject, isPerson } from "../api-answers.ts";
import { type HostOptions, withHostOptions } from "../choose-login.ts";
import { connect } from "../connection.ts";
import type { Context } from "../context.ts";
import { day } from "../describe.ts";
import { type LimitOptions, withLimitOption } from "../whole-number.ts";
import { chosenPath, type OrganizationOptions, withOrganizationOption } from "../organization-path.ts";

interface Member {
  readonly id: string;
  readonly user: { readonly name: string; readonly email: string };
  readonly role: string;
  readonly state: string;
  readonly joinedAt: string;
  readonly tokenCount: number;
}

interface MembersOptions extends HostOptions, OrganizationOptions, LimitOptions {
  readonly query?: string;
}

/** Declares the list as this command. */
export function addMembersList(command: Command, context: Context): void {
  withOrganizationOption(withLimitOption(withHostOptions(command)))
    .description("list the members of an organization; needs members:read")
    .option("--query <text>", "only members whose name or email address contains this text")
    .addHelpText("after", "\nExample:\n  mintmark members list --query ada")
    .action((options: MembersOptions) => listMembers(context, options));
}

async function listMembers(context: Context, options: MembersOptions): Promise<void> {
  const { output } = context;
  const { client } = await connect(context, options);
  const path = await chosenPath(client, options, "members");
  const query = options.query === undefined ? {} : { query: options.query };
  const items = await client.list(path, isMember, query, { most: options.limit });
  output.result({ items }, () => {
    if (items.length === 0) output.line("No members found.");
    else
      output.table(
        ["NAME", "EMAIL", "ROLE", "STATE", "JOINED", "TOKENS", "ID"],
        items.map(({ id, user, role, state, joinedAt, tokenCount }) => [
          user.name,
          readableAddress(user.email),
          role,
          state,
          day(joinedAt),
          String(tokenCount),
          id,
        ]),
        ["JOINED", "TOKENS", "ROLE", "EMAIL"],
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
