// Passwords that were forgotten: a letter asked for, and a new password set by the link in it.
// Rule: asking tells nothing. Whether an address has an account shows in no answer and in no answer's time, for
// everything that depends on it is done after the answer.
import type { Secret } from "@mintmark/core";
import type { UserRecord } from "../../store/store.ts";
import type { RequestOrigin } from "../actor.ts";
import { networkBounds, requireWithin } from "../attempt-limit.ts";
import { eventOf } from "../audit-event.ts";
import type { Deps } from "../deps.ts";
import { issueEmailLink } from "../email/email-link.ts";
import type { LimitedMailer } from "../email/letter-limit.ts";
import { resetLetter } from "../email/letters.ts";
import { requireMailer } from "../email/require-mailer.ts";
import { requireEmail } from "../input.ts";

type ForgotDeps = Pick<Deps, "store" | "clock" | "settings">;

const WINDOW_MS = 3_600_000;
/** Requests from one network in an hour, for any mailboxes: a whole office may be behind it. */
const REQUESTS_OF_NETWORK = 200;

/**
 * Mails a link to set a new password, if the address has an account that is not suspended. One address gets a few
 * letters an hour; more requests are answered alike and send nothing, and the links sent before go on working. A
 * network that asks too often is refused (`rate_limited`), whatever it asks for.
 */
export async function forgotPassword(
  deps: ForgotDeps & Pick<Deps, "mailer" | "later">,
  input: { readonly email: string },
  origin: RequestOrigin,
): Promise<void> {
  const mailer = requireMailer(deps);
  const email = requireEmail(input.email);
  const bound = { key: "password:forgot", most: REQUESTS_OF_NETWORK, windowMs: WINDOW_MS };
  await requireWithin(
    deps,
    networkBounds(origin.ip, bound),
    "Your network asked for too many emails. Check your mailbox.",
  );
  deps.later(() => mailReset(deps, mailer, email, origin));
}

async function mailReset(deps: ForgotDeps, mailer: LimitedMailer, email: string, origin: RequestOrigin): Promise<void> {
  // Counted before the account is looked for: what is done first is the same for every address.
  const { send } = await mailer.admitLater({ kind: "reset", to: email, by: null });
  if (send === null) return;
  const found = await deps.store.reads.findUserByEmail(email);
  if (found === null) return;
  const made = await deps.store.transaction(async (tx): Promise<{ user: UserRecord; link: Secret } | null> => {
    const user = await tx.lockUser(found.id);
    if (user === null || user.deletedAt !== null || user.suspendedAt !== null || user.email !== found.email)
      return null;
    const at = deps.clock();
    const link = await issueEmailLink(tx, "reset_password", user, at);
    await tx.insertAuditEvents([
      eventOf(
        { actor: { kind: "system", id: "anonymous", name: "Someone not signed in" }, via: null, origin },
        {
          at,
          organizationId: null,
          action: "user.password_reset_requested",
          target: { kind: "user", id: user.id, name: user.name },
        },
      ),
    ]);
    return { user, link };
  });
  // To the address as the account has it, not as it was typed.
  if (made !== null) await send(resetLetter(deps, made.user, made.link));
}
