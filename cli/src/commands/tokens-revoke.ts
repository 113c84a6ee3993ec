import type { Command } from "commander";
import { type HostOptions, withHostOptions } from "../choose-login.ts";
import { connect, type Connection } from "../connection.ts";
import type { Context } from "../context.ts";
import { findToken, parseTokenId, TOKEN_ARGUMENT } from "../find-token.ts";
import { forgetLogin } from "../logins.ts";
import { requireConsent, type Revocable, revokeAll } from "../revocation.ts";

interface RevokeOptions extends HostOptions {
  readonly yes?: boolean;
}

export function addTokensRevoke(parent: Command, context: Context): void {
  withHostOptions(parent.command("revoke"))
    .description("revoke tokens; when the command returns, they work nowhere")
    .argument("<id...>", TOKEN_ARGUMENT)
    .option("-y, --yes", "do not ask")
    .addHelpText(
      "after",
      "\nWith several ids the command asks once, revokes each token that it can, and reports each. The exit code is 0 only when\nall were revoked. The token in use is revoked last.\n\nExamples:\n  mintmark tokens revoke current\n  mintmark tokens revoke pat_4f1c2a9be07d4c5f8a3b6e9d0c1f2a4b pat_9d0c1f2a4b4f1c2a9be07d4c5f8a3b6e --yes",
    )
    .action((ids: readonly string[], options: RevokeOptions) => revoke(context, ids, options));
}

async function revoke(context: Context, typed: readonly string[], options: RevokeOptions): Promise<void> {
  const ids = [...new Set(typed.map(parseTokenId))];
  const yes = options.yes === true;
  requireConsent(context, yes);
  const connection = await connect(context, options);
  const { credential: inUse } = await connection.client.whoami();
  const find = async (id: string): Promise<Revocable> => {
    const { token, isOwn, revoke } = await findToken(connection.client, id);
    const { name, user, organization, lastUsedAt } = token;
    const whose = isOwn ? organization.name : `${user.name} <${user.email}> in ${organization.name}`;
    return { id: token.id, name, whose, lastUsedAt, isInUse: token.id === inUse.id, revoke };
  };
  await revokeAll(context, { ids, kind: "token", yes }, find, async (revoked) => {
    if (!revoked.some(({ isInUse }) => isInUse)) return [];
    context.expiry.forget();
    return forgetStored(connection);
  });
}

/** Deletes the stored token after it was revoked. The command cannot unset MINTMARK_TOKEN. */
async function forgetStored({ credential, memory, login, host }: Connection): Promise<readonly string[]> {
  if (credential.source === "environment") return [];
  const { store, isDeleted } = await forgetLogin(memory, login);
  return store !== null && isDeleted ? [`It was the stored token of ${host}, which is now logged out`] : [];
}
