// Every transport verifies a credential here, in these steps:
// check shape and checksum → hash → look up → evaluate → record the use.
// Rule: a refusal is a value. `verify` throws only when the store cannot be read (StoreUnavailable → 503).
// Text without a valid shape is refused at once, without a lookup.
import {
  type Catalogue,
  type CredentialCode,
  type CredentialKind,
  evaluate,
  type Facts,
  goodUntil,
  missingPermissions,
  parseSecret,
  type Principal,
  type TokenPolicy,
  type Verdict,
} from "@mintmark/core";
import type { Metrics } from "../metrics/metrics.ts";
import { hashSecret } from "../secrets/generate.ts";
import type { Hash, Store, VerificationLookup } from "../store/store.ts";
import { isAddressIn } from "../network/client-address.ts";
import type { Client } from "./use-event.ts";
import type { UseRecorder } from "./use-recorder.ts";

/** Replaces the secret after it was read. The secret itself is not needed again. */
export interface CredentialKey {
  readonly kind: CredentialKind;
  readonly hash: Hash;
}

/** A credential that may be used: its principal, its policy, and how long the result holds. */
export interface Verified {
  readonly ok: true;
  readonly principal: Principal;
  /** The token policy of its organization. */
  readonly policy: TokenPolicy;
  /** Identifies the credential for `recheck`. */
  readonly key: CredentialKey;
  /** The result holds until then unless something is committed: UTC epoch milliseconds, or infinity. */
  readonly until: number;
}

export type Verification =
  | Verified
  | {
      readonly ok: false;
      readonly code: CredentialCode;
      /** With `permission_denied`: the permissions that the credential lacks. */
      readonly missing?: readonly string[];
    };

export type Recheck = Verified | { readonly ok: false; readonly code: CredentialCode };

/** The result of reading a secret. A typo or another product's secret is refused here, without a lookup. */
type KeyReading =
  | { readonly ok: true; readonly key: CredentialKey }
  | { readonly ok: false; readonly code: CredentialCode };

export interface VerifierDeps {
  readonly store: Pick<Store, "findForVerification">;
  readonly catalogue: Catalogue;
  readonly clock: () => number;
  /** The current brand and the retired ones. */
  readonly brands: ReadonlySet<string>;
  readonly allowPersonalTokens: boolean;
  readonly uses: UseRecorder;
}

export interface Verifier {
  /**
   * Verifies the credential that a client presented and, if `permission` is given, that the credential has it.
   * Keys of services and of the host, and tokens of framed pages, are not verified here: the result is `token_unknown`.
   */
  verify(secret: string, client: Client, permission?: string): Verification | Promise<Verification>;
  /** Checks the shape, brand and checksum of a secret, and hashes it. */
  readKey(secret: string): KeyReading;
  /** Does what `verify` does, for a secret that `readKey` has read. */
  verifyKey(key: CredentialKey, client: Client, permission?: string): Verification | Promise<Verification>;
  /**
   * Verifies a credential again while a stream that it opened stays open. This is not a use: it is not counted, and an
   * idle credential stays idle. Rechecks in one event-loop turn share one lookup.
   */
  recheck(key: CredentialKey, client: Client): Promise<Recheck>;
}

const UNKNOWN = { ok: false, code: "token_unknown" } as const;

export function createVerifier(deps: VerifierDeps): Verifier {
  const evaluated = (facts: Facts, client: Client, now: number): Verdict =>
    evaluate(facts, {
      catalogue: deps.catalogue,
      now,
      allowPersonal: deps.allowPersonalTokens,
      isClientIn: (networks) => isAddressIn(client.ip, networks),
    });
  const decide = (
    key: CredentialKey,
    facts: VerificationLookup,
    client: Client,
    permission: string | undefined,
  ): Verification | Promise<Verification> => {
    if (facts === null) return UNKNOWN;
    const now = deps.clock();
    const verdict = evaluated(facts, client, now);
    if (!verdict.ok) return denied(deps.uses, facts, verdict.code, client, now);
    const { principal } = verdict;
    if (permission !== undefined && !principal.permissions.includes(permission)) {
      const missing = missingPermissions([permission], principal.permissions);
      return { ...denied(deps.uses, facts, "permission_denied", client, now), missing };
    }
    const verified = verifiedOf(key, facts, principal);
    const recorded = deps.uses.recordUse(facts, client, now);
    return recorded === undefined ? verified : recorded.then(() => verified);
  };
  const readKey = (secret: string): KeyReading => {
    const parsed = parseSecret(secret, deps.brands);
    return parsed.ok ? { ok: true, key: { kind: parsed.kind, hash: hashSecret(secret) } } : parsed;
  };
  const verifyKey: Verifier["verifyKey"] = (key, client, permission) => {
    if (key.kind !== "pat" && key.kind !== "api_key") return UNKNOWN;
    const found = deps.store.findForVerification(key.kind, key.hash);
    return found instanceof Promise
      ? found.then((facts) => decide(key, facts, client, permission))
      : decide(key, found, client, permission);
  };
  return {
    readKey,
    verifyKey,
    verify(secret, client, permission) {
      const reading = readKey(secret);
      return reading.ok ? verifyKey(reading.key, client, permission) : reading;
    },
    async recheck(key, client) {
      if (key.kind !== "pat" && key.kind !== "api_key") return UNKNOWN;
      const facts = await deps.store.findForVerification(key.kind, key.hash);
      if (facts === null) return UNKNOWN;
      const verdict = evaluated(facts, client, deps.clock());
      return verdict.ok ? verifiedOf(key, facts, verdict.principal) : verdict;
    },
  };
}

function verifiedOf(key: CredentialKey, facts: Facts, principal: Principal): Verified {
  return { ok: true, principal, policy: facts.organization.policy, key, until: goodUntil(facts) };
}

function denied(
  uses: UseRecorder,
  facts: Facts,
  code: CredentialCode,
  client: Client,
  now: number,
): Extract<Verification, { ok: false }> {
  uses.recordDenial(facts, code, client, now);
  return { ok: false, code };
}

/** Counts the outcome of every verification, for all transports. */
export function countVerifications(verifier: Verifier, metrics: Metrics): Verifier {
  const record = (outcome: string, startedAt: number): void =>
    metrics.recordVerification(outcome, (performance.now() - startedAt) / 1000);
  const counted = (verify: () => Verification | Promise<Verification>): Verification | Promise<Verification> => {
    const startedAt = performance.now();
    const succeed = (verification: Verification): Verification => {
      record(verification.ok ? "ok" : verification.code, startedAt);
      return verification;
    };
    const fail = (error: unknown): never => {
      record("unavailable", startedAt);
      throw error;
    };
    try {
      const verification = verify();
      return verification instanceof Promise ? verification.then(succeed, fail) : succeed(verification);
    } catch (error) {
      return fail(error);
    }
  };
  return {
    readKey: (secret) => verifier.readKey(secret),
    verify: (secret, client, permission) => counted(() => verifier.verify(secret, client, permission)),
    verifyKey: (key, client, permission) => counted(() => verifier.verifyKey(key, client, permission)),
    // A recheck is not counted, because the verification before it was.
    recheck: (key, client) => verifier.recheck(key, client),
  };
}
