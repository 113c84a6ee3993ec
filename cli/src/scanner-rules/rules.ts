// Scanner rules that find secrets of Mintmark in code and logs. All of Mintmark uses the same pattern, from core. It has
// no lookaround and no back references, so RE2 accepts it.
import { secretPattern, secretPrefixes } from "@mintmark/core";

export const RULE_FORMATS = ["gitleaks", "trufflehog", "regex"] as const;
export type RuleFormat = (typeof RULE_FORMATS)[number];

export interface ScannerRule {
  readonly id: string;
  readonly description: string;
  readonly regex: string;
  /** Every secret contains one of these. Scanners search for them first. */
  readonly keywords: readonly string[];
  /** Bits of Shannon entropy per character. Random secrets have more than 3.2, `mm_pat_000…` less than 2. */
  readonly entropy: number;
}

const ENTROPY = 3;

export function scannerRule(brand: string): ScannerRule {
  return {
    id: `mintmark-${brand}`,
    description: `A Mintmark token or key (${brand}): anyone who has it can use it until it is revoked.`,
    regex: secretPattern(brand).source,
    keywords: secretPrefixes(brand),
    entropy: ENTROPY,
  };
}

/** Returns the complete file for one scanner. It ends with a line break. */
export function writeRules(format: RuleFormat, brands: readonly string[]): string {
  const rules = brands.map(scannerRule);
  if (format === "regex") return rules.map(({ regex }) => `${regex}\n`).join("");
  return format === "gitleaks" ? gitleaks(rules) : trufflehog(rules);
}

const ABOUT = `# Secrets of Mintmark: brand, kind, 40 random hexadecimal digits, and 8 that are the CRC-32 (IEEE) of all that stands
# before them. A regular expression cannot compute it. mintmark tokens check can, without a server.
# If you find a secret, revoke it at once with POST /api/credentials/revoke, which needs no account.`;

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
 * The rules have no `verify`. TruffleHog would send the secret in its own format and take any 200 for an active one, but
 * `/api/verify` needs a service key and also returns 200 for inactive ones.
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
    "# The rules do not verify secrets, so request unverified results too: trufflehog … --results=verified,unknown,unverified",
    "detectors:",
    `${blocks.join("\n")}\n`,
  ].join("\n");
}
