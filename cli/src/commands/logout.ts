import type { ErrorCode } from "@mintmark/core";
import type { Command } from "commander";
import { Failure, notAuthenticated } from "@mintmark/terminal";
import type { Receipt } from "../api-answers.ts";
import { askStore } from "../ask-store.ts";
import { chooseLogin, type HostOptions, withHostOptions } from "../choose-login.ts";
import { clientOf } from "../connection.ts";
import { type Context, type Memory, openMemory } from "../context.ts";
import { forgetLogin } from "../logins.ts";
import { accountOf, type Login } from "../profile.ts";
import { confirmed } from "../revocation.ts";
import { checkSecret } from "../secret-shape.ts";

interface LogoutOptions extends HostOptions {
  readonly revoke?: boolean;
}

/** Refusals of a token that never works again. A suspended token is not among them. */
const ENDED: ReadonlySet<string> = new Set<ErrorCode>([
  "token_unknown",
  "token_revoked",
  "token_expired",
  "member_removed",
  "user_deleted",
  "organization_deleted",
]);

export function addLogout(parent: Command, context: Context): void {
  withHostOptions(parent.command("logout"))
    .description("delete the token that is stored for a host")
    .option("--revoke", "revoke the token first, so that no copy of it works")
    .action((options: LogoutOptions) => logout(context, options));
}

/** Deletes the stored token only. The command cannot unset MINTMARK_TOKEN. */
async function logout(context: Context, options: LogoutOptions): Promise<void> {
  const { output, config } = context;
  const memory = openMemory(context);
  const login = chooseLogin(context, memory.settings, options);
  const { profile, host } = login;
  const receipt = options.revoke === true ? await revokeStored(context, memory, login) : null;
  const { store, isDeleted } = await forgetLogin(memory, login);
  output.result(
    { profile, host, deleted: store !== null && isDeleted, revokedAt: receipt?.at ?? null, receipt },
    () => {
      if (receipt !== null) output.line(`The token was revoked at ${receipt.at}${confirmed(receipt)}`);
      if (store === null) output.line(`No token was stored for ${host}`);
      else output.line(`Logged out of ${host}${isDeleted ? `: the token was deleted from ${store.place}` : ""}`);
    },
  );
  if (store !== null && !isDeleted) {
    output.warning(
      "token_left",
      `the token is still in ${store.place}, which does not respond, and still works: revoke it at ${host}/settings/tokens`,
    );
  }
  if (config.token !== null) {
    output.warning("token_in_environment", "MINTMARK_TOKEN is set and still used: unset it as well");
  }
}

/** When the revocation fails, the token stays stored, because a second attempt needs it. */
async function revokeStored(context: Context, memory: Memory, login: Login): Promise<Receipt | null> {
  const kept = await askStore(
    () => memory.credentials.find(accountOf(login)),
    `unlock it and try again, or log out without --revoke, and revoke the token at ${login.host}/settings/tokens`,
  );
  if (kept === null) {
    throw notAuthenticated(
      "credentials_missing",
      `no token is stored for ${login.host}: revoke another one with mintmark tokens revoke`,
    );
  }
  // Text that is not a token was never issued, so there is nothing to revoke.
  if (!checkSecret(kept.secret).ok) return null;
  try {
    const client = clientOf(context, login, { secret: kept.secret, source: kept.store.kind });
    const receipt = await client.revokeToken("current");
    context.expiry.forget();
    return receipt;
  } catch (error) {
    if (error instanceof Failure && ENDED.has(error.code)) return null;
    throw error;
  }
}
