// Stores and deletes logins: the credential in its store, and the profile in config.json.
// Rule: a token that was minted for this machine and cannot be stored on it is revoked. Storage is checked before a
// person is asked to approve anything.
import process from "node:process";
import type { Secret } from "@mintmark/core";
import { Failure } from "@mintmark/terminal";
import { ApiClient } from "./api-client.ts";
import { askStore } from "./ask-store.ts";
import type { Memory } from "./context.ts";
import type { Forgotten } from "./credential-store/kept-credentials.ts";
import { STORAGE_HINT } from "./credential-store/private-file.ts";
import type { CredentialStore } from "./credential-store/store.ts";
import { accountOf, type Login } from "./profile.ts";

/**
 * Stores the credential under the profile, makes the profile the active one, and returns the store. If the profile was
 * for another host, that host's credential is deleted, because no profile uses it any more.
 */
export async function keepLogin(
  { settings, credentials }: Memory,
  login: Login,
  secret: Secret,
  { insecure }: { readonly insecure: boolean },
): Promise<CredentialStore> {
  const { profile, host } = login;
  const before = settings.find(profile);
  const store = await askStore(() => credentials.save(accountOf(login), secret));
  settings.save(profile, insecure ? { host, insecure } : { host });
  if (before !== null && before.host !== host) {
    const former = accountOf({ profile, host: before.host });
    await credentials.forget(former);
  }
  return store;
}

/** Fails with advice when no credential can be stored here. */
export async function requireStorage({ credentials }: Memory): Promise<void> {
  await askStore(() => credentials.rehearse());
}

/**
 * Stores a token that was just minted, as `keepLogin` does, and revokes it when that fails, because nobody else has its
 * secret. Ctrl-C waits until this is done, so that it cannot leave an active token that is lost.
 */
export async function keepMinted(
  memory: Memory,
  login: Login,
  secret: Secret,
  options: { readonly insecure: boolean },
): Promise<CredentialStore> {
  const ignore = (): void => {};
  process.on("SIGINT", ignore);
  try {
    return await keepLogin(memory, login, secret, options);
  } catch (error) {
    const why = `the token was minted but could not be stored: ${messageOf(error)}`;
    const client = new ApiClient({ ...login, secret, fromEnvironment: false });
    const isRevoked = await client.revokeToken("current").then(
      () => true,
      () => false,
    );
    throw isRevoked
      ? new Failure("token_not_kept", `${why}; it was revoked`, STORAGE_HINT)
      : new Failure("token_not_kept", why, `it is still active: revoke it at ${login.host}/settings/tokens`);
  } finally {
    process.removeListener("SIGINT", ignore);
  }
}

/** The operating system's message ends with the call and its path, which tell the place. */
function messageOf(error: unknown): string {
  return (error as Error).message;
}

/** Deletes the credential and the profile, also when the keyring that has the credential does not respond. */
export async function forgetLogin({ settings, credentials }: Memory, login: Login): Promise<Forgotten> {
  const forgotten = await credentials.forget(accountOf(login));
  if (settings.find(login.profile)?.host === login.host) settings.delete(login.profile);
  return forgotten;
}
