import { readableAddress } from "@mintmark/core/email-address";
import type { Command } from "commander";
import type { Text } from "@mintmark/terminal";
import type { Token } from "../api-answers.ts";
import { type HostOptions, withHostOptions } from "../choose-login.ts";
import { connect } from "../connection.ts";
import type { Context } from "../context.ts";
import { day } from "../describe.ts";
import { findToken, parseTokenId, TOKEN_ARGUMENT } from "../find-token.ts";
import { endText, stateText } from "../token-state.ts";

export function addTokensShow(parent: Command, context: Context): void {
  withHostOptions(parent.command("show"))
    .description("show the state, the permissions and the last use of a token")
    .argument("<id>", TOKEN_ARGUMENT)
    .addHelpText("after", "\nExample:\n  mintmark tokens show current")
    .action(async (typed: string, options: HostOptions) => {
      const id = parseTokenId(typed);
      const { client } = await connect(context, options);
      const { token } = await findToken(client, id);
      context.output.result(token, () => context.output.facts(factsOf(token)));
    });
}

function factsOf(token: Token): readonly (readonly [string, Text])[] {
  const { name, prefix, user, organization, permissions, createdAt, revokedAt, revokedReason } = token;
  return [
    ["Name", name],
    ["ID", token.id],
    ["Prefix", `${prefix}…`],
    ["State", stateText(token)],
    ["Holder", `${user.name} <${readableAddress(user.email)}>`],
    ["Organization", organization.name],
    ["Permissions", permissions === null ? "those of the holder's role" : permissions.join(", ")],
    ["Created", day(createdAt)],
    ["Expires", endText(token)],
    ["Last used", lastUse(token)],
    ["Uses", String(token.useCount)],
    ...(revokedAt === null ? [] : [["Revoked", `${day(revokedAt)} (${revokedReason ?? "no reason"})`] as const]),
  ];
}

function lastUse({ lastUsedAt, lastUsedIp }: Token): string {
  return lastUsedIp === null ? day(lastUsedAt) : `${day(lastUsedAt)} from ${lastUsedIp}`;
}
