// The one path every transport takes from the text of a credential to who it is:
// shape and checksum → hash → lookup → judgement → use recorded.
// Rule: a refusal is a value; only the truth being unreadable throws (StoreUnavailable → 503).
// Junk is answered at once, without a lookup.
import {
  type Catalogue,
  type CredentialCode,
  type Facts,
  goodUntil,
  judge,
  missingPermissions,
  parseSecret,
  type Principal,
  type TokenPolicy,
  type Verdict,
} from "@mintmark/core";
import { hashSecret } from "../secrets/hash.ts";
import type { Hash, Store, VerificationLookup } from "../store/store.ts";
import { isAddressIn } from "../network/client-address.ts";
import type { Client } from "./use-event.ts";
import type { UseRecorder } from "./use-recorder.ts";

export type Verification =
  | { readonly ok: true; readonly principal: Principal }
  | {
      readonly ok: false;
      readonly code: CredentialCode;
      /** With `permission_denied`: what the credential lacks. */
      readonly missing?: readonly string[];
    };

/** What stands for a secret where it was verified and something that it opened stays open. */
export interface CredentialKey {
  readonly kind: "pat" | "api_key";
  readonly hash: Hash;
}

export type Recheck =
  | {
      readonly ok: true;
      readonly principal: Principal;
      readonly policy: TokenPolicy;
      /** Until when that holds, unless something is committed: UTC epoch milliseconds, or infinite. */
      readonly until: number;
    }
  | { readonly ok: false; readonly code: CredentialCode };

export interface VerifierDeps {
  readonly store: Pick<Store, "findForVerification" | "commitMark">;
  readonly catalogue: Catalogue;
  readonly clock: () => number;
  /** The present brand and the retired ones. */
  readonly brands: ReadonlySet<string>;
  readonly allowPersonalTokens: boolean;
  readonly uses: UseRecorder;
}

export interface Verifier {
  /**
   * Verifies a credential that a client presented, and that it holds `permission` if one is named.
   * `service_key` secrets are not verified here: they come back as `token_unknown`.
   */
  verify(secret: string, client: Client, permission?: string): Verification | Promise<Verification>;
  /** What a secret that was verified is looked up by from now on. */
  keyOf(secret: string): CredentialKey;
  /**
   * Judges a credential again for as long as something that it opened stays open. It is no use: nothing is
   * counted, and it does not keep the credential from being idle. Those of one turn share one lookup.
   */
  recheck(key: CredentialKey, client: Client): Promise<Recheck>;
  /** As long as it is the same, no fact has changed that was read after it. */
  mark(): Promise<string>;
}

const UNKNOWN: Verification = { ok: false, code: "token_unknown" };

export function createVerifier(deps: VerifierDeps): Verifier {
  const judged = (facts: Facts, client: Client, now: number): Verdict =>
    judge(facts, {
      catalogue: deps.catalogue,
      now,
      allowPersonal: deps.allowPersonalTokens,
      isClientIn: (networks) => isAddressIn(client.ip, networks),
    });
  const decide = (
    facts: VerificationLookup,
    client: Client,
    permission: string | undefined,
  ): Verification | Promise<Verification> => {
    if (facts === null) return UNKNOWN;
    const now = deps.clock();
    const verdict = judged(facts, client, now);
    if (!verdict.ok) return denied(deps.uses, facts, verdict.code, client, now);
    const { principal } = verdict;
    if (permission !== undefined && !principal.permissions.includes(permission)) {
      const missing = missingPermissions([permission], principal.permissions);
      return { ...denied(deps.uses, facts, "permission_denied", client, now), missing };
    }
    const recorded = deps.uses.recordUse(facts, client, now);
    return recorded === undefined ? verdict : recorded.then(() => verdict);
  };
  return {
    verify(secret, client, permission) {
      const parsed = parseSecret(secret, deps.brands);
      if (!parsed.ok) return parsed;
      if (parsed.kind === "service_key") return UNKNOWN;
      return deps.store
        .findForVerification(parsed.kind, hashSecret(secret))
        .then((facts) => decide(facts, client, permission));
    },
    keyOf(secret) {
      const parsed = parseSecret(secret, deps.brands);
      if (!parsed.ok || parsed.kind === "service_key") throw new Error("only a verified secret has a key");
      return { kind: parsed.kind, hash: hashSecret(secret) };
    },
    async recheck({ kind, hash }, client) {
      const facts = await deps.store.findForVerification(kind, hash);
      if (facts === null) return { ok: false, code: "token_unknown" };
      const verdict = judged(facts, client, deps.clock());
      return verdict.ok ? { ...verdict, policy: facts.organization.policy, until: goodUntil(facts) } : verdict;
    },
    mark: () => deps.store.commitMark(),
  };
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
