// The demo acts as the people who receive a set-up link, an invitation or a leaked token. Rule: only this file of the
// demo reads a plaintext, and it passes it directly to the use case that takes it.
import type { Secret } from "@mintmark/core";
import { acceptInvitation, signUp } from "../use-cases/invitation/join.ts";
import type { Deps, RequestOrigin, SessionActor } from "../use-cases/use-case.ts";
import { setUpInstance, startSetup } from "../use-cases/admin/set-up.ts";
import type { SignedIn } from "../use-cases/session/session.ts";
import { revokeBySecret } from "../use-cases/token/revoke.ts";
import type { Client } from "../verify/use-event.ts";
import type { Verification, Verifier } from "../verify/verifier.ts";

export interface NewAccount {
  readonly name: string;
  readonly email: string;
  readonly password: string;
}

/** Opens the set-up link of an empty instance. */
export async function openSetupLink(deps: Deps, account: NewAccount, origin: RequestOrigin): Promise<SignedIn> {
  const code = await startSetup(deps);
  if (code === null) throw new Error("the demo's instance is already set up");
  return setUpInstance(deps, { ...account, code: code.expose() }, origin);
}

/** Opens an invitation's link and signs up with it. */
export function signUpByInvitation(
  deps: Deps,
  link: Secret,
  account: NewAccount,
  origin: RequestOrigin,
): Promise<SignedIn> {
  return signUp(deps, { ...account, invitation: link.expose() }, origin);
}

/** Opens an invitation's link while signed in. */
export async function joinByLink(deps: Deps, actor: SessionActor, link: Secret): Promise<SessionActor> {
  return (await acceptInvitation(deps, actor, link.expose())).actor;
}

/** Verifies a credential, as its program does. */
export async function presentSecret(verifier: Verifier, secret: Secret, client: Client): Promise<Verification> {
  return verifier.verify(secret.expose(), client);
}

/** Reports a leaked token. */
export async function reportLeak(
  deps: Deps & { readonly brands: ReadonlySet<string> },
  secret: Secret,
  origin: RequestOrigin,
): Promise<void> {
  await revokeBySecret(deps, [secret.expose()], { origin, reason: "leaked" });
}
