import type { Command } from "commander";
import { askStore, connect, type Connection, type HostOptions, withHostOptions } from "../connection.ts";
import { canAsk, type Context } from "../context.ts";
import type { Token } from "../api-answers.ts";
import { Failure, usageFailure } from "../exit.ts";
import { confirm } from "../prompt.ts";

interface RevokeOptions extends HostOptions {
  readonly yes?: boolean;
}

const TOKEN_ID = /^pat_[0-9a-f]{32}$/;

export function addTokensRevoke(parent: Command, context: Context): void {
  withHostOptions(parent.command("revoke"))
    .description("revoke a token: when the command returns, it is dead everywhere")
    .argument("<id>", "the token's id from mintmark tokens list, or current for the one in use")
    .option("-y, --yes", "do not ask")
    .addHelpText(
      "after",
      "\nExamples:\n  mintmark tokens revoke current\n  mintmark tokens revoke pat_4f1c2a9be07d4c5f8a3b6e9d0c1f2a4b --yes",
    )
    .action((id: string, options: RevokeOptions) => revoke(context, id, options));
}

async function revoke(context: Context, id: string, options: RevokeOptions): Promise<void> {
  const { output } = context;
  if (id !== "current" && !TOKEN_ID.test(id)) {
    throw usageFailure("this is not the id of a token", "see the column ID of mintmark tokens list");
  }
  if (options.yes !== true && (output.json || !canAsk(context))) {
    throw usageFailure("there is no terminal to ask whether you are sure", "add --yes to revoke without being asked");
  }
  const connection = await connect(context, options);
  const { credential: inUse } = await connection.client.whoami();
  const token = await findToken(connection, id);
  if (options.yes !== true && !(await confirm(context, question(token)))) {
    throw new Failure("declined", "nothing was revoked");
  }
  const receipt = await connection.client.revokeToken(token.id);
  const forgotten = token.id === inUse.id && (await forgetStored(connection));
  output.result({ id: token.id, name: token.name, ...receipt }, () => {
    output.line(`Revoked "${token.name}" (${token.id}) at ${receipt.at}`);
    if (forgotten) output.line(`It was the stored token of ${connection.host}, which is now logged out`);
  });
}

async function findToken({ client }: Connection, id: string): Promise<Token> {
  try {
    return await client.getToken(id);
  } catch (error) {
    if (!(error instanceof Failure) || error.code !== "not_found") throw error;
    throw new Failure("not_found", "you have no such token in this organization", "see mintmark tokens list");
  }
}

function question({ name, organization, lastUsedAt }: Token): string {
  const used = lastUsedAt === null ? "It was never used" : `It was last used on ${lastUsedAt.slice(0, 10)}`;
  return `Revoke "${name}" of ${organization.name}? ${used}; whatever uses it stops working at once`;
}

/** A dead token is no use to keep; one in MINTMARK_TOKEN is not the command's to forget. */
async function forgetStored({ credential, memory, host }: Connection): Promise<boolean> {
  if (credential.source === "environment") return false;
  return (await askStore(() => memory.credentials.delete(host))) !== null;
}
