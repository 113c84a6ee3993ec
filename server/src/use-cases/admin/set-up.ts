import { timingSafeEqual } from "node:crypto";
import type { Catalogue, Secret } from "@mintmark/core";
import { hashSecret, newSetupCode } from "../../secrets/generate.ts";
import type { InstanceRecord, Store, Transaction } from "../../store/store.ts";
import { openAccount, requireAccountInput } from "../account/account.ts";
import { mailVerificationLater } from "../account/email.ts";
import type { RequestOrigin } from "../actor.ts";
import type { Deps, InstanceSettings } from "../deps.ts";
import { rememberAddress } from "../limits/sign-in.ts";
import { Refusal } from "../refusal.ts";
import { type SignedIn, startSession } from "../session/session.ts";

/** What anyone may know of an instance, signed in or not. */
export interface InstanceView {
  /** Whether the first account exists. */
  readonly setUp: boolean;
  readonly settings: InstanceSettings;
  /** Whether letters are sent. */
  readonly mail: boolean;
  readonly catalogue: Catalogue;
}

export async function describeInstance(
  deps: Pick<Deps, "store" | "settings" | "catalogue" | "mailer">,
): Promise<InstanceView> {
  const { setUpAt } = await deps.store.reads.getInstance();
  return { setUp: setUpAt !== null, settings: deps.settings, mail: deps.mailer !== null, catalogue: deps.catalogue };
}

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

// The code that lets whoever runs the instance make the first account. One is live at a time, across all
// replicas: only its hash is stored, and every new one kills the one before.

/** How long a set-up code can be used. */
const SETUP_CODE_MS = 24 * 3_600_000;
/** Wrong tries after which a code is dead. 128 random bits need no such limit; a leaked log line does. */
const SETUP_CODE_TRIES = 10;

type CodeDeps = Pick<Deps, "clock"> & { readonly store: Store };

/**
 * What a starting server prints: a fresh code, or `null` when the first account exists. A server that
 * starts again does not know the code it printed before, so it makes another, and the last one counts.
 */
export function startSetup(deps: CodeDeps): Promise<Secret | null> {
  return deps.store.transaction(async (tx) => ((await tx.lockInstance()).setUpAt === null ? newCode(deps, tx) : null));
}

/** A fresh code for whoever can run commands on the host. Refuses with `setup_done` when there is an account. */
export function renewSetupCode(deps: CodeDeps): Promise<Secret> {
  return deps.store.transaction(async (tx) => {
    requireNotSetUp(await tx.lockInstance());
    return newCode(deps, tx);
  });
}

async function newCode(deps: Pick<Deps, "clock">, tx: Transaction): Promise<Secret> {
  const code = newSetupCode();
  await tx.setSetupCode({ hash: hashSecret(code), expiresAt: deps.clock() + SETUP_CODE_MS });
  return code;
}

/**
 * Judges a code and counts a wrong try, durably, before it refuses. A code is judged here before any
 * password is hashed for it, so that nobody without one can keep the processor busy.
 */
async function requireSetupCode(deps: CodeDeps, code: string): Promise<void> {
  const refusal = await deps.store.transaction(async (tx) => {
    const instance = await tx.lockInstance();
    const refused = judgeSetupCode(instance, code, deps.clock());
    if (refused?.code === "setup_code_invalid" && isLive(instance, deps.clock())) await tx.countSetupAttempt();
    return refused;
  });
  if (refusal !== null) throw refusal;
}

/** Why this code does not open the instance, or `null`. Call it with the instance locked. */
function judgeSetupCode(instance: InstanceRecord, code: string, now: number): Refusal | null {
  if (instance.setUpAt !== null) return setupDone();
  if (!isLive(instance, now)) {
    return new Refusal(
      "setup_code_invalid",
      "The set-up code's time is over: it lasts 24 hours and 10 wrong tries. Run `mintmark-server setup-code`, or restart the server, for a new one.",
    );
  }
  // Both are SHA-256 digests, so their lengths are equal and comparing them tells nothing by its time.
  if (timingSafeEqual(hashSecret(code), instance.setupCodeHash)) return null;
  return new Refusal(
    "setup_code_invalid",
    "This is not the present set-up code: each new one replaces the one before. Open the last link that the server printed, or run `mintmark-server setup-code`.",
  );
}

type LiveInstance = InstanceRecord & { readonly setupCodeHash: NonNullable<InstanceRecord["setupCodeHash"]> };

function isLive(instance: InstanceRecord, now: number): instance is LiveInstance {
  return (
    instance.setupCodeHash !== null &&
    instance.setupCodeExpiresAt !== null &&
    instance.setupCodeExpiresAt > now &&
    instance.setupCodeAttempts < SETUP_CODE_TRIES
  );
}

function requireNotSetUp(instance: InstanceRecord): void {
  if (instance.setUpAt !== null) throw setupDone();
}

function setupDone(): Refusal {
  return new Refusal("setup_done", "This instance already has its first account. Sign in, or ask for an invitation.");
}
