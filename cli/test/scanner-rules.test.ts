// The rules find Mintmark's secrets and no similar text, when read as the scanners read them.
import assert from "node:assert/strict";
import { test } from "node:test";
import { parse as parseToml } from "smol-toml";
import { parse as parseYaml } from "yaml";
import { type CredentialKind, formatSecret } from "@mintmark/core";
import { type ScannerRule, scannerRule, writeRules } from "../src/scanner-rules/rules.ts";
import { newSecret } from "../../server/src/secrets/generate.ts";

const KINDS: readonly CredentialKind[] = ["pat", "api_key", "service_key", "management_key"];

/** The parser's tables are objects without a prototype. */
function plain(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value));
}

/** Bits of Shannon entropy per character, as Gitleaks and TruffleHog compute it. */
function entropyOf(text: string): number {
  const counts = new Map<string, number>();
  for (const character of text) counts.set(character, (counts.get(character) ?? 0) + 1);
  return [...counts.values()].reduce((sum, count) => sum - (count / text.length) * Math.log2(count / text.length), 0);
}

/** The matches of one rule: a scanner checks for a keyword, then the pattern, then enough entropy. */
function find({ regex, keywords, entropy }: Omit<ScannerRule, "id" | "description">, text: string): string[] {
  if (!keywords.some((keyword) => text.toLowerCase().includes(keyword))) return [];
  return (text.match(new RegExp(regex, "g")) ?? []).filter((found) => entropyOf(found) > entropy);
}

for (const brand of ["mm", "a", "x1y2"]) {
  test(`secrets of the brand ${brand} are found in any surrounding text`, () => {
    const rule = scannerRule(brand);
    for (const kind of KINDS) {
      for (let round = 0; round < 200; round++) {
        const secret = newSecret(brand, kind).expose();
        for (const text of [secret, `TOKEN="${secret}"`, `https://x/?t=${secret}&y`, `a_${secret}\n`, `x${secret}x`]) {
          assert.deepEqual(find(rule, text), [secret]);
        }
      }
    }
  });

  test(`text that resembles a secret of the brand ${brand} is not found`, () => {
    const rule = scannerRule(brand);
    const hex = "0123456789abcdef".repeat(3);
    const zeros = formatSecret(brand, "pat", new Uint8Array(20)).expose();
    for (const text of [
      newSecret(brand === "zz" ? "yy" : "zz", "pat").expose(),
      `${brand}_pat_${hex.slice(1)}`,
      `${brand}_pat_${hex.toUpperCase()}`,
      `${brand}_pat_${"g".repeat(48)}`,
      `${brand}_tok_${hex}`,
      `${brand}-pat-${hex}`,
      `pat_${hex.slice(0, 32)}`,
      `${brand}_pat_${"x".repeat(48)}`,
      zeros,
    ]) {
      assert.deepEqual(find(rule, text), [], text);
    }
  });
}

test("the pattern suits RE2: no lookaround, no back reference, nothing that only some engines support", () => {
  for (const brand of ["mm", "acme"]) {
    // Literals, a non-capturing group, alternatives, a class and a count.
    assert.match(scannerRule(brand).regex, /^[a-z0-9_]+\(\?:[a-z]+(?:\|[a-z]+)*\)_\[0-9a-f\]\{\d+\}$/);
  }
});

test("the file for Gitleaks is TOML with the same rules", () => {
  const { title, extend, rules } = plain(parseToml(writeRules("gitleaks", ["mm", "acme"]))) as {
    readonly title: string;
    readonly extend: unknown;
    readonly rules: readonly (ScannerRule & { readonly tags: unknown })[];
  };
  assert.deepEqual([title, extend], ["Mintmark", { useDefault: true }]);
  assert.deepEqual(
    rules,
    ["mm", "acme"].map((brand) => ({ ...scannerRule(brand), tags: ["mintmark"] })),
  );
  const secret = newSecret("acme", "api_key").expose();
  assert.deepEqual(
    rules.map((rule) => find(rule, secret)),
    [[], [secret]],
  );
});

test("the file for TruffleHog is YAML with the same rules, and verifies nothing", () => {
  const { detectors } = parseYaml(writeRules("trufflehog", ["mm", "acme"])) as {
    readonly detectors: readonly Record<string, unknown>[];
  };
  assert.deepEqual(
    detectors,
    ["mm", "acme"].map((brand) => {
      const { id, description, keywords, regex, entropy } = scannerRule(brand);
      return { name: id, description, keywords, regex: { secret: regex }, entropy };
    }),
  );
});

test("the bare patterns are printed one per line", () => {
  const lines = writeRules("regex", ["mm", "acme"]).split("\n");
  assert.deepEqual(lines, [scannerRule("mm").regex, scannerRule("acme").regex, ""]);
});
