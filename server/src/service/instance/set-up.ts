import type { RequestOrigin } from "../actor.ts";
import { openAccount, requireAccountInput } from "../account/open-account.ts";
import type { Deps } from "../deps.ts";
import { mailVerificationLater } from "../email/mail-verification.ts";
import { rememberAddress } from "../session/sign-in-tries.ts";
import { type SignedIn, startSession } from "../session/start-session.ts";
import { judgeSetupCode, requireSetupCode } from "./setup-code.ts";

export interface SetUpInput {
  readonly code: string;
  readonly name: string;
  readonly email: string;
  readonly password: string;
}

/**
 * Makes the first account, an instance admin, and signs it in. Set-up is over for good when this returns:
 * of two at once one wins, the other is refused with `setup_done`. A wrong code counts as a try and
 * nothing else happens.
 */
export async function setUpInstance(
  deps: Pick<Deps, "store" | "clock" | "settings" | "mailer" | "later" | "hashPassword">,
  input: SetUpInput,
  origin: RequestOrigin,
): Promise<SignedIn> {
  const account = requireAccountInput(input);
  await requireSetupCode(deps, input.code);
  const passwordHash = await deps.hashPassword(account.password, { standing: "expected", sources: ["set-up"] });
  const signedIn = await deps.store.transaction(async (tx) => {
    const at = deps.clock();
    // Judged again: since the first look someone else may have set up, or made a new code.
    const refusal = judgeSetupCode(await tx.lockInstance(), input.code, at);
    if (refusal !== null) throw refusal;
    await tx.markSetUp(at);
    const { name, email } = account;
    const opened = await openAccount(tx, { name, email, passwordHash, instanceAdmin: true, origin, at });
    await rememberAddress(tx, email, origin, at);
    return startSession(tx, { user: opened.user, organizationId: opened.personal.id, method: "setup", origin, at });
  });
  mailVerificationLater(deps, signedIn.actor.user, origin);
  return signedIn;
}
