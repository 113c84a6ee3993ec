// The look-ups of verification: none for text without a valid shape, and one for all requests that come together.
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { type CredentialKind, createCatalogue, type ErrorCode } from "@mintmark/core";
import { hashSecret, newSecret } from "../../src/secrets/generate.ts";
import { StoreUnavailable, type VerificationLookup } from "../../src/store/store.ts";
import { createVerifier, type Verification, type Verifier } from "../../src/verify/verifier.ts";

const CLIENT = { ip: "203.0.113.7", userAgent: null };

interface Asked {
  readonly kind: string;
  readonly hash: string;
}

/** A verifier over a store that records every lookup and returns the given result. */
function verifierOver(find: () => Promise<VerificationLookup>): {
  readonly verifier: Verifier;
  readonly asked: Asked[];
} {
  const asked: Asked[] = [];
  const created = createCatalogue();
  const verifier = createVerifier({
    store: {
      findForVerification: (kind, hash) => {
        asked.push({ kind, hash: Buffer.from(hash).toString("hex") });
        return find();
      },
    },
    catalogue: created.ok ? created.catalogue : assert.fail(created.problems.join()),
    clock: Date.now,
    brands: new Set(["mm", "old"]),
    allowPersonalTokens: true,
    uses: {
      recordUse: () => assert.fail("a use was counted"),
      recordDenial: () => assert.fail("a denial was recorded"),
      flush: async () => {},
      close: async () => {},
    },
  });
  return { verifier, asked };
}

const secretOf = (kind: CredentialKind, brand = "mm"): string => newSecret(brand, kind).expose();
const hexOf = (secret: string): string => Buffer.from(hashSecret(secret)).toString("hex");

describe("the verifier", () => {
  it("refuses junk at once, without asking the store", () => {
    const { verifier, asked } = verifierOver(() => assert.fail("the store was asked"));
    const secret = secretOf("pat");
    const mistyped = secret.slice(0, -1) + (secret.endsWith("0") ? "1" : "0");
    const junk: readonly (readonly [string, ErrorCode])[] = [
      ["", "token_malformed"],
      ["nonsense", "token_malformed"],
      [secret.toUpperCase(), "token_malformed"],
      [secret.slice(0, -1), "token_malformed"],
      [mistyped, "token_checksum_mismatch"],
      [secretOf("pat", "zz"), "token_wrong_issuer"],
      [secretOf("service_key"), "token_unknown"],
    ];
    for (const [text, code] of junk) assert.deepEqual(verifier.verify(text, CLIENT), { ok: false, code });
    assert.deepEqual(asked, []);
  });

  it("asks by the hash of the secret, each credential by its kind, in the order they came", async () => {
    const { verifier, asked } = verifierOver(async () => null);
    const secrets = [secretOf("pat"), secretOf("api_key"), secretOf("pat", "old")];
    const verifying = secrets.map(async (secret) => verifier.verify(secret, CLIENT));
    const unknown: Verification = { ok: false, code: "token_unknown" };
    assert.deepEqual(await Promise.all(verifying), [unknown, unknown, unknown]);
    assert.deepEqual(
      asked,
      secrets.map((secret, index) => ({ kind: index === 1 ? "api_key" : "pat", hash: hexOf(secret) })),
    );
  });

  it("asks again for every request, also for the same token", async () => {
    const { verifier, asked } = verifierOver(async () => null);
    const secret = secretOf("pat");
    await Promise.all([verifier.verify(secret, CLIENT), verifier.verify(secret, CLIENT)]);
    await verifier.verify(secret, CLIENT);
    assert.equal(asked.length, 3);
  });

  it("fails for the requests whose lookup cannot be read, and for no other", async () => {
    let isDown = true;
    const { verifier } = verifierOver(async () => {
      if (isDown) throw new StoreUnavailable("down");
      return null;
    });
    const first = verifier.verify(secretOf("pat"), CLIENT);
    await assert.rejects(async () => first, StoreUnavailable);
    isDown = false;
    assert.deepEqual(await verifier.verify(secretOf("pat"), CLIENT), { ok: false, code: "token_unknown" });
  });
});
