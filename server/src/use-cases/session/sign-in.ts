// Signing in with a password, and giving the password again.
// Rule: a refused sign-in does not reveal whether the account exists. Failures slow down an attacker and lock nobody
// out (limits/sign-in.ts). Where the host manages the directory, only instance admins have a password.
// Deliberately absent: other ways to sign in, and setting a password (account/password.ts).
import { type OrganizationId, SESSION_IDLE_MS, type UserId } from "@mintmark/core";
import { isPassword } from "../../secrets/password.ts";
import type { Transaction, UserRecord } from "../../store/store.ts";
import { type Deps, eventBy, Refusal, type RequestOrigin, type SessionActor, hasPasswordHere } from "../use-case.ts";
import {
  backOffMs,
  countSignInFailure,
  FAILURE_WINDOW_MS,
  forgetOldAttempts,
  isKnown,
  present,
  remainingMs,
  rememberAddress,
  requireNoWait,
  tooManyTries,
  tryKeys,
  turnsOf,
} from "../limits/sign-in.ts";
import { requireLiveSession } from "../authority.ts";
import { sessionEnded } from "./end.ts";
import { type SignedIn, startSession } from "./session.ts";

export interface SignInInput {
  readonly email: string;
  readonly password: string;
}

type SignInDeps = Pick<Deps, "store" | "clock" | "settings">;

/**
 * Signs in with email and password. An unknown address, a wrong password, a suspended account and a person who signs in at
 * the host all get the same answer after the same work, so nobody learns which addresses have an account, or that a guess was right. A caller who
 * fails often must wait (`rate_limited`). Refuses with `server_busy` when too many attempts wait.
 */
export async function signIn(deps: SignInDeps, input: SignInInput, origin: RequestOrigin): Promise<SignedIn> {
  const keys = tryKeys(input.email, origin.ip);
  await forgetOldAttempts(deps);
  // A known pair takes turns only with attempts at its account, and is served before strangers.
  const known = await isKnown(deps.store.reads, keys, deps.clock());
  const by = { standing: known ? "expected" : "stranger", sources: [keys.address, keys.account] } as const;
  return turnsOf(deps.store).run(known ? keys.pair : keys.address, async () => {
    await requireNoWait(deps.store, keys, deps.clock());
    const { user, passwordHash } = await findAccount(deps, input.email);
    const isRight = await isPassword(input.password, passwordHash, by);
    const signedIn = await deps.store.transaction(async (tx) => {
      const at = deps.clock();
      if (isRight && user !== null && passwordHash !== null) {
        const started = await startIfUnchanged(deps, tx, { user, passwordHash, origin, at });
        if (started !== null) return started;
      }
      await countSignInFailure(tx, keys, { user, origin, at });
      return null;
    });
    if (signedIn === null) throw signInFailed();
    return signedIn;
  });
}

const NOBODY = "" as UserRecord["id"];

/** Returns the account and its password hash. Runs the same two queries when there is none. */
async function findAccount(
  { store }: SignInDeps,
  email: string,
): Promise<{ readonly user: UserRecord | null; readonly passwordHash: string | null }> {
  const user = await store.reads.findUserByEmail(email.trim());
  return { user, passwordHash: await store.reads.findPasswordHash(user?.id ?? NOBODY) };
}

/**
 * Starts the session and ends the longest unused sessions beyond the bound. Returns `null` when the account is
 * suspended or has no password here, or its password changed during the check.
 */
async function startIfUnchanged(
  deps: Pick<Deps, "settings">,
  tx: Transaction,
  found: {
    readonly user: UserRecord;
    readonly passwordHash: string;
    readonly origin: RequestOrigin;
    readonly at: number;
  },
): Promise<SignedIn | null> {
  const { passwordHash, origin, at } = found;
  const organizationId = await chooseOrganization(tx, found.user, at);
  const user = await tx.lockUser(found.user.id);
  if (user === null || user.deletedAt !== null || user.suspendedAt !== null) return null;
  if (!hasPasswordHere(deps, user)) return null;
  if ((await tx.findPasswordHash(user.id)) !== passwordHash) return null;
  await rememberAddress(tx, user.email, origin, at);
  // Refusing would lock out a person who forgot to sign out elsewhere, so their longest unused session ends instead.
  const rule = { keep: deps.settings.bounds.sessionsOfPerson - 1, seenAfter: at - SESSION_IDLE_MS, at };
  const surplus = await tx.endSurplusSessions(user.id, rule);
  const started = await startSession(tx, { user, organizationId, method: "password", origin, at });
  await tx.insertAuditEvents(surplus.map((id) => sessionEnded(started.actor, id, "too_many_sessions", at)));
  return started;
}

/**
 * Returns the organization in which the session starts: that of the user's newest session, else a shared one, else the
 * personal one; `null` for a user who is in none. Locks it, so that a removal is either seen here, or finds this session
 * and moves it.
 */
async function chooseOrganization(tx: Transaction, user: UserRecord, now: number): Promise<OrganizationId | null> {
  const entries = await tx.listOrganizationsOfUser(user.id);
  const open = entries.filter(({ membership }) => membership.suspendedAt === null);
  const [latest] = await tx.listSessions(user.id, now);
  const choice =
    open.find(({ organization }) => organization.id === latest?.organizationId) ??
    open.find(({ organization }) => organization.personalOf === null) ??
    entries[0];
  if (choice === undefined) return null;
  const { id } = choice.organization;
  await tx.lockOrganization(id, "shared");
  const membership = await tx.findMembership(id, user.id);
  if (membership !== null) return id;
  return entries.find(({ organization }) => organization.personalOf !== null)?.organization.id ?? null;
}

function signInFailed(): Refusal {
  return new Refusal(
    "sign_in_failed",
    "Check the email address and the password. If both are right, an instance admin can tell you whether your account is suspended.",
  );
}

/** Checks the password again, so that this session may make irreversible changes for 15 minutes. */
export async function reauthenticate(
  deps: Pick<Deps, "store" | "clock">,
  actor: SessionActor,
  password: string,
): Promise<SessionActor> {
  const checkedHash = await requireOwnPassword(deps, actor, password);
  return deps.store.transaction(async (tx) => {
    const user = await requireLiveSession(deps, tx, actor);
    await requireSamePassword(tx, user.id, checkedHash);
    const at = deps.clock();
    await tx.setSessionAuthenticated(actor.session.id, at);
    await tx.insertAuditEvents([
      eventBy(actor, {
        at,
        organizationId: null,
        action: "session.reauthenticated",
        target: { kind: "session", id: actor.session.id, name: "Browser session" },
      }),
    ]);
    return { ...actor, user, session: { ...actor.session, authenticatedAt: at } };
  });
}

/**
 * Checks the password of the signed-in person and returns the hash that it matched. Failures count for this session and
 * slow down only this session: a thief cannot keep guessing, and cannot make the owner wait.
 */
export function requireOwnPassword(
  deps: Pick<Deps, "store" | "clock">,
  actor: SessionActor,
  password: string,
  field = "password",
): Promise<string> {
  const key = `password:session:${actor.session.id}`;
  const { store } = deps;
  return turnsOf(store).run(key, async () => {
    const now = deps.clock();
    const failures = present(await store.reads.findAttempts(key), FAILURE_WINDOW_MS, now);
    const waitMs = remainingMs(failures, backOffMs(failures?.count ?? 0), now);
    if (waitMs > 0) throw tooManyTries(waitMs);
    const passwordHash = await store.reads.findPasswordHash(actor.user.id);
    const isRight = await isPassword(password, passwordHash, {
      standing: "signed_in",
      sources: [actor.user.id],
    });
    if (isRight && passwordHash !== null) {
      if (failures !== null) await store.transaction((tx) => tx.clearAttempts(key));
      return passwordHash;
    }
    await store.transaction((tx) => tx.countAttempt(key, FAILURE_WINDOW_MS, deps.clock()));
    throw passwordWrong(field, "Enter your present password, or sign out and in again.");
  });
}

/** Refuses when the password has changed since it was checked. Lock the user before. */
export async function requireSamePassword(tx: Transaction, userId: UserId, checkedHash: string): Promise<void> {
  if ((await tx.findPasswordHash(userId)) === checkedHash) return;
  throw passwordWrong("password", "It was changed a moment ago. Enter the new one.");
}

function passwordWrong(field: string, advice: string): Refusal {
  return new Refusal("password_wrong", `The password is wrong. ${advice}`, {
    errors: [{ field, message: "This is not your password." }],
  });
}
