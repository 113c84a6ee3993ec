// Keeping a login and forgetting it: the credential in its store, and the profile in config.json.
import type { Secret } from "@mintmark/core";
import { askStore } from "./ask-store.ts";
import type { Memory } from "./context.ts";
import type { CredentialStore } from "./credential-store/store.ts";
import { accountOf, type Login } from "./profile.ts";

/**
 * Keeps the credential under the profile, which becomes the active one; answers where. When the profile was one of
 * another host, that host's credential is deleted: nothing is kept that no profile leads to.
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
    await askStore(() => credentials.delete(former));
  }
  return store;
}

/** Deletes the credential and the profile; answers where a credential was deleted, or `null`. */
export async function forgetLogin({ settings, credentials }: Memory, login: Login): Promise<CredentialStore | null> {
  const store = await askStore(() => credentials.delete(accountOf(login)));
  if (settings.find(login.profile)?.host === login.host) settings.delete(login.profile);
  return store;
}
