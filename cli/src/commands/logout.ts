import type { ErrorCode } from "@mintmark/core";
import type { Command } from "commander";
import { Failure, notAuthenticated } from "@mintmark/terminal";
import { askStore } from "../ask-store.ts";
import { chooseLogin, type HostOptions, withHostOptions } from "../choose-login.ts";
import { clientOf } from "../connection.ts";
import { type Context, type Memory, openMemory } from "../context.ts";
import { forgetLogin } from "../logins.ts";
import { accountOf, type Login } from "../profile.ts";
import { judgeSecret } from "../secret-shape.ts";

interface LogoutOptions extends HostOptions {
  readonly revoke?: boolean;
}

/** Refusals of a token that never works again. One that merely rests would work again after a suspension. */
const DEAD: ReadonlySet<string> = new Set<ErrorCode>([
  "token_unknown",
  "token_revoked",
  "token_expired",
  "member_removed",
  "user_deleted",
  "organization_deleted",
]);

export function addLogout(parent: Command, context: Context): void {
  withHostOptions(parent.command("logout"))
    .description("forget the token that is stored for a host")
    .option("--revoke", "revoke the token first, so that no copy of it works either")
    .action((options: LogoutOptions) => logout(context, options));
}

/** Concerns the stored token alone: what MINTMARK_TOKEN holds is not the command's to forget. */
async function logout(context: Context, options: LogoutOptions): Promise<void> {
  const { output, config } = context;
  const memory = openMemory(context);
  const login = chooseLogin(context, memory.settings, options);
  const { profile, host } = login;
  const revokedAt = options.revoke === true ? await revokeStored(context, memory, login) : null;
  const store = await forgetLogin(memory, login);
  output.result({ profile, host, deleted: store !== null, revokedAt }, () => {
    if (revokedAt !== null) output.line(`The token was revoked at ${revokedAt}`);
    if (store === null) output.line(`No token was stored for ${host}`);
    else output.line(`Logged out of ${host}: the token was deleted from ${store.place}`);
  });
  if (config.token !== null) {
    output.warning("token_in_environment", "MINTMARK_TOKEN is set and still used: unset it as well");
  }
}

/** When the revocation fails, the token stays stored: it is what a second try needs. */
async function revokeStored(context: Context, memory: Memory, login: Login): Promise<string | null> {
  const kept = await askStore(() => memory.credentials.find(accountOf(login)));
  if (kept === null) {
    throw notAuthenticated(
      "credentials_missing",
      `no token is stored for ${login.host}: revoke another one with mintmark tokens revoke`,
    );
  }
  // What is no token was never issued, so nothing is left to revoke.
  if (!judgeSecret(kept.secret).ok) return null;
  try {
    const client = clientOf(context, login, { secret: kept.secret, source: kept.store.kind });
    const { at } = await client.revokeToken("current");
    context.expiry.forget();
    return at;
  } catch (error) {
    if (error instanceof Failure && DEAD.has(error.code)) return null;
    throw error;
  }
}
