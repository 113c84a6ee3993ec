// Handles the token that a login replaces. It still works, and its holder should know.
import { Failure } from "@mintmark/terminal";
import type { Identity } from "../api-answers.ts";
import { clientOf, type Credential, findKept } from "../connection.ts";
import { canAsk, type Context, type Memory } from "../context.ts";
import type { Login } from "../profile.ts";
import { confirm } from "../prompt.ts";

/** The credential that this login will replace, or `null` when there is none or it cannot be read. */
export async function findReplaced(memory: Memory, login: Login): Promise<Credential | null> {
  return findKept(memory, login).catch(() => null);
}

/** Says that the former token still works, and revokes it if the person agrees. Says nothing if it no longer works. */
export async function offerRevocation(
  context: Context,
  login: Login,
  former: Credential,
  present: Identity,
): Promise<void> {
  const client = clientOf(context, login, former);
  const identity = await client.whoami().catch(() => null);
  if (identity === null || identity.credential.type !== "pat" || identity.credential.id === present.credential.id)
    return;
  const { name, id } = identity.credential;
  if (canAsk(context) && !context.output.json) {
    const isWanted = await confirm(context, `The token "${name}" was stored here before and still works. Revoke it?`);
    if (!isWanted) return;
    try {
      await client.revokeToken("current");
      context.output.line(`Revoked the token "${name}"`);
    } catch (error) {
      if (!(error instanceof Failure)) throw error;
      context.output.warning("token_not_revoked", `the token "${name}" could not be revoked: ${error.message}`);
    }
    return;
  }
  context.output.warning(
    "token_replaced",
    `the token "${name}" (${id}) was stored here before and still works: revoke it at ${login.host}/settings/tokens`,
  );
}
