import type { ErrorCode } from "@mintmark/core";
import type { Command } from "commander";
import { ApiClient } from "../api-client.ts";
import { askStore, chooseHost, type HostOptions, withHostOptions } from "../connection.ts";
import { type Context, type Memory, openMemory } from "../context.ts";
import { Failure, notAuthenticated } from "../exit.ts";
import { judgeStoredSecret } from "../secret-shape.ts";

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
  const host = chooseHost(context, memory.settings, options);
  const revokedAt = options.revoke === true ? await revokeStored(memory, host) : null;
  const store = await askStore(() => memory.credentials.delete(host));
  output.result({ host, deleted: store !== null, revokedAt }, () => {
    if (revokedAt !== null) output.line(`The token was revoked at ${revokedAt}`);
    if (store === null) output.line(`No token was stored for ${host}`);
    else output.line(`Logged out of ${host}: the token was deleted from ${store.place}`);
  });
  if (config.token !== null) {
    output.warning("token_in_environment", "MINTMARK_TOKEN is set and still used: unset it as well");
  }
}

/** When the revocation fails, the token stays stored: it is what a second try needs. */
async function revokeStored(memory: Memory, host: string): Promise<string | null> {
  const kept = await askStore(() => memory.credentials.find(host));
  if (kept === null) {
    throw notAuthenticated(
      "credentials_missing",
      `no token is stored for ${host}: revoke another one with mintmark tokens revoke`,
    );
  }
  // What is no token was never issued, so nothing is left to revoke.
  if (!judgeStoredSecret(kept.secret).ok) return null;
  try {
    return (await new ApiClient({ host, secret: kept.secret, fromEnvironment: false }).revokeToken("current")).at;
  } catch (error) {
    if (error instanceof Failure && DEAD.has(error.code)) return null;
    throw error;
  }
}
