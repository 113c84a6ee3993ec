// Handles the token that a login replaces. It still works, and its holder should know.
import { Failure } from "@mintmark/terminal";
import type { Identity } from "../api-answers.ts";
import { ApiClient } from "../api-client.ts";
import { type Credential, findKept } from "../connection.ts";
import { canAsk, type Context, type Memory } from "../context.ts";
import { requireSecure } from "../host.ts";
import type { Login } from "../profile.ts";
import { confirm } from "../prompt.ts";
import { confirmed } from "../revocation.ts";

export interface Replaced extends Credential {
  readonly login: Login;
}

/**
 * The credential that this login will replace: that of the same profile, also when the profile was for another host. `null`
 * when there is none, or it cannot be read.
 */
export async function findReplaced(memory: Memory, { profile, host }: Login): Promise<Replaced | null> {
  try {
    const login = { profile, host: memory.settings.find(profile)?.host ?? host };
    requireSecure(login.host, login.host === host || memory.settings.isInsecure(login));
    const kept = await findKept(memory, login);
    return kept === null ? null : { ...kept, login };
  } catch {
    return null;
  }
}

/** Says that the former token still works, and revokes it if the person agrees. Says nothing if it no longer works. */
export async function offerRevocation(context: Context, former: Replaced, present: Identity): Promise<void> {
  const { login, secret } = former;
  const client = new ApiClient({ ...login, secret, fromEnvironment: false });
  const identity = await client.whoami().catch(() => null);
  if (identity === null || identity.credential.id === present.credential.id) return;
  const { name, id, type } = identity.credential;
  if (type === "pat" && canAsk(context) && !context.output.json) {
    const isWanted = await confirm(context, `The token "${name}" was stored here before and still works. Revoke it?`);
    if (!isWanted) return;
    try {
      const receipt = await client.revokeToken("current");
      context.output.line(`Revoked the token "${name}"${confirmed(receipt)}`);
    } catch (error) {
      if (!(error instanceof Failure)) throw error;
      context.output.warning("token_not_revoked", `the token "${name}" could not be revoked: ${error.message}`);
    }
    return;
  }
  const [what, page] = type === "pat" ? ["token", "settings/tokens"] : ["API key", "organization/api-keys"];
  context.output.warning(
    "token_replaced",
    `the ${what} "${name}" (${id}) was stored here before and still works: revoke it at ${login.host}/${page}`,
  );
}
