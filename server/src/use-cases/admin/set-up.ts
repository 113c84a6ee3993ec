// Setting up an instance: the set-up code, and the first account.
// Rule: one set-up code is valid at a time, across all replicas. Only its hash is stored, and each new code replaces
// the one before.
import { timingSafeEqual } from "node:crypto";
import type { Catalogue, Secret } from "@mintmark/core";
import { hashSecret, newSetupCode } from "../../secrets/generate.ts";
import type { InstanceRecord, Store, Transaction } from "../../store/store.ts";
import { openAccount, requireAccountInput } from "../account/account.ts";
import { queueFirstVerification } from "../account/email-link.ts";
import { type Deps, type InstanceSettings, Refusal, type RequestOrigin } from "../use-case.ts";
import { rememberAddress } from "../limits/sign-in.ts";
import { type SignedIn, startSession } from "../session/session.ts";

/** The public description of an instance. */
export interface InstanceView {
  /** Whether the first account exists. */
  readonly setUp: boolean;
  readonly settings: InstanceSettings;
  /** Whether the instance can send email. */
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
 * Creates the first account, an instance admin, and signs it in. When this returns, nobody can set the instance up
 * again: of two at once, one is refused with `setup_done`. A wrong code counts as an attempt and has no other effect.
 */
export async function setUpInstance(
  deps: Pick<Deps, "store" | "clock" | "settings" | "mailer" | "hashPassword">,
  input: SetUpInput,
  origin: RequestOrigin,
): Promise<SignedIn> {
  const account = requireAccountInput(input);
  await requireSetupCode(deps, input.code);
  const passwordHash = await deps.hashPassword(account.password, { standing: "expected", sources: ["set-up"] });
  return deps.store.transaction(async (tx) => {
    const at = deps.clock();
    // Checked again: in the meantime someone else may have set the instance up, or created a new code.
    const refusal = checkSetupCode(await tx.lockInstance(), input.code, at);
    if (refusal !== null) throw refusal;
    await tx.markSetUp(at);
    const { name, email } = account;
    const opened = await openAccount(deps, tx, { name, email, passwordHash, instanceAdmin: true, origin, at });
    await rememberAddress(tx, email, origin, at);
    await queueFirstVerification(deps, tx, opened.user, origin, at);
    return startSession(tx, {
      user: opened.user,
      organizationId: opened.personal?.id ?? null,
      method: "setup",
      origin,
      at,
    });
  });
}

/** How long a set-up code works. */
const SETUP_CODE_MS = 24 * 3_600_000;
/** After this many wrong attempts a code stops working. 128 random bits need no such limit; a leaked log line does. */
const SETUP_CODE_TRIES = 10;

type CodeDeps = Pick<Deps, "clock"> & { readonly store: Store };

/**
 * Returns a new code for a starting server to print, or `null` when the first account exists. A restarted server does
 * not know the code that it printed before, so it creates another one, which replaces it.
 */
export function startSetup(deps: CodeDeps): Promise<Secret | null> {
  return deps.store.transaction(async (tx) => ((await tx.lockInstance()).setUpAt === null ? newCode(deps, tx) : null));
}

/**
 * Returns a new code for a person who can run commands on the host. Refuses with `setup_done` when there is an account.
 */
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
 * Checks a code, and commits the count of a wrong attempt before it refuses. Runs before any password is hashed, so
 * that nobody without a code can keep the processor busy.
 */
async function requireSetupCode(deps: CodeDeps, code: string): Promise<void> {
  const refusal = await deps.store.transaction(async (tx) => {
    const instance = await tx.lockInstance();
    const refused = checkSetupCode(instance, code, deps.clock());
    if (refused?.code === "setup_code_invalid" && isCodeValid(instance, deps.clock())) await tx.countSetupAttempt();
    return refused;
  });
  if (refusal !== null) throw refusal;
}

/** Returns why this code does not set up the instance, or `null`. Lock the instance before. */
function checkSetupCode(instance: InstanceRecord, code: string, now: number): Refusal | null {
  if (instance.setUpAt !== null) return setupDone();
  if (!isCodeValid(instance, now)) {
    return new Refusal(
      "setup_code_invalid",
      "The set-up code has expired: it works for 24 hours and 10 wrong attempts. Run `mintmark-server setup-code`, or restart the server, for a new one.",
    );
  }
  // Both are SHA-256 digests of equal length, so the comparison reveals nothing by its time.
  if (timingSafeEqual(hashSecret(code), instance.setupCodeHash)) return null;
  return new Refusal(
    "setup_code_invalid",
    "This is not the present set-up code: each new one replaces the one before. Open the last link that the server printed, or run `mintmark-server setup-code`.",
  );
}

type InstanceWithCode = InstanceRecord & { readonly setupCodeHash: NonNullable<InstanceRecord["setupCodeHash"]> };

function isCodeValid(instance: InstanceRecord, now: number): instance is InstanceWithCode {
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
