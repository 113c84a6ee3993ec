// Rules that find secrets of Mintmark in code and logs, for the scanners that teams run. The pattern is core's, the
// same that the rest of Mintmark goes by; it holds neither lookaround nor back references, so RE2 takes it as it is.
import { secretPattern, secretPrefixes } from "@mintmark/core";

export const RULE_FORMATS = ["gitleaks", "trufflehog", "regex"] as const;
export type RuleFormat = (typeof RULE_FORMATS)[number];

export interface ScannerRule {
  readonly id: string;
  readonly description: string;
  readonly regex: string;
  /** One of these is in every secret, as it is written: what scanners look for first. */
  readonly keywords: readonly string[];
  /** Bits of Shannon entropy a character. Random secrets have more than 3.2, `mm_pat_000…` less than 2. */
  readonly entropy: number;
}

const ENTROPY = 3;

export function scannerRule(brand: string): ScannerRule {
  return {
    id: `mintmark-${brand}`,
    description: `A Mintmark token or key (${brand}): whoever has it can act with it until it is revoked.`,
    regex: secretPattern(brand).source,
    keywords: secretPrefixes(brand),
    entropy: ENTROPY,
  };
}

/** The whole file for one scanner, ending with a line break. */
export function writeRules(format: RuleFormat, brands: readonly string[]): string {
  const rules = brands.map(scannerRule);
  if (format === "regex") return rules.map(({ regex }) => `${regex}\n`).join("");
  return format === "gitleaks" ? gitleaks(rules) : trufflehog(rules);
}

const ABOUT = `# Secrets of Mintmark: brand, kind, 40 random hexadecimal digits, and 8 that are the CRC-32 (IEEE) of all that stands
# before them. A regular expression cannot compute that; mintmark token check can, and asks no server.
# Whoever finds a secret may end it at once: POST /api/credentials/revoke takes it without an account.`;

function gitleaks(rules: readonly ScannerRule[]): string {
  const blocks = rules.map(({ id, description, regex, keywords, entropy }) =>
    [
      "[[rules]]",
      `id = ${JSON.stringify(id)}`,
      `description = ${JSON.stringify(description)}`,
      `regex = '''${regex}'''`,
      `entropy = ${entropy}`,
      `keywords = [${keywords.map((keyword) => JSON.stringify(keyword)).join(", ")}]`,
      'tags = ["mintmark"]',
    ].join("\n"),
  );
  const head = `# Gitleaks rules, written by: mintmark scanner-rules --format gitleaks\n${ABOUT}`;
  return `${[head, 'title = "Mintmark"', "[extend]\nuseDefault = true", ...blocks].join("\n\n")}\n`;
}

/**
 * Without `verify`: TruffleHog would send what it found in a form of its own and take any 200 for a live secret.
 * `/api/verify` wants a service key and answers 200 for dead ones too.
 */
function trufflehog(rules: readonly ScannerRule[]): string {
  const blocks = rules.map(({ id, description, regex, keywords, entropy }) =>
    [
      `  - name: ${JSON.stringify(id)}`,
      `    description: ${JSON.stringify(description)}`,
      "    keywords:",
      ...keywords.map((keyword) => `      - ${JSON.stringify(keyword)}`),
      "    regex:",
      `      secret: '${regex}'`,
      `    entropy: ${entropy}`,
    ].join("\n"),
  );
  return [
    `# TruffleHog custom detectors, written by: mintmark scanner-rules --format trufflehog\n${ABOUT}`,
    "# Nothing verifies what is found, so ask for unverified results too: trufflehog … --results=verified,unknown,unverified",
    "detectors:",
    `${blocks.join("\n")}\n`,
  ].join("\n");
}
