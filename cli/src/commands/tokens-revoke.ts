import type { Command } from "commander";
import { Failure, usageFailure } from "@mintmark/terminal";
import { type HostOptions, withHostOptions } from "../choose-login.ts";
import { connect, type Connection } from "../connection.ts";
import { canAsk, type Context } from "../context.ts";
import type { Token } from "../api-answers.ts";
import { findToken, parseTokenId, TOKEN_ARGUMENT } from "../find-token.ts";
import { forgetLogin } from "../logins.ts";
import { confirm } from "../prompt.ts";

interface RevokeOptions extends HostOptions {
  readonly yes?: boolean;
}

export function addTokensRevoke(parent: Command, context: Context): void {
  withHostOptions(parent.command("revoke"))
    .description("revoke a token; when the command returns, the token works nowhere")
    .argument("<id>", TOKEN_ARGUMENT)
    .option("-y, --yes", "do not ask")
    .addHelpText(
      "after",
      "\nExamples:\n  mintmark tokens revoke current\n  mintmark tokens revoke pat_4f1c2a9be07d4c5f8a3b6e9d0c1f2a4b --yes",
    )
    .action((id: string, options: RevokeOptions) => revoke(context, id, options));
}

async function revoke(context: Context, typed: string, options: RevokeOptions): Promise<void> {
  const { output } = context;
  const id = parseTokenId(typed);
  if (options.yes !== true && (output.json || !canAsk(context))) {
    throw usageFailure("there is no terminal for the confirmation", "add --yes to revoke without confirmation");
  }
  const connection = await connect(context, options);
  const { credential: inUse } = await connection.client.whoami();
  const token = await findToken(connection.client, id);
  if (options.yes !== true && !(await confirm(context, question(token)))) {
    throw new Failure("declined", "nothing was revoked");
  }
  const receipt = await connection.client.revokeToken(token.id);
  const wasInUse = token.id === inUse.id;
  if (wasInUse) context.expiry.forget();
  const forgotten = wasInUse && (await forgetStored(connection));
  output.result({ id: token.id, name: token.name, ...receipt }, () => {
    output.line(`Revoked "${token.name}" (${token.id}) at ${receipt.at}`);
    if (forgotten) output.line(`It was the stored token of ${connection.host}, which is now logged out`);
  });
}

function question({ name, organization, lastUsedAt }: Token): string {
  const used = lastUsedAt === null ? "It was never used" : `It was last used on ${lastUsedAt.slice(0, 10)}`;
  return `Revoke "${name}" of ${organization.name}? ${used}; programs that use it stop working at once`;
}

/** Deletes the stored token after it was revoked. The command cannot unset MINTMARK_TOKEN. */
async function forgetStored({ credential, memory, login }: Connection): Promise<boolean> {
  if (credential.source === "environment") return false;
  return (await forgetLogin(memory, login)) !== null;
}
