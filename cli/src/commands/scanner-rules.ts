import { BRAND_PATTERN, DEFAULT_BRAND } from "@mintmark/core";
import { type Command, Option } from "commander";
import { usageFailure } from "@mintmark/terminal";
import type { Context } from "../context.ts";
import { RULE_FORMATS, type RuleFormat, scannerRule, writeRules } from "../scanner-rules/rules.ts";

interface RulesOptions {
  readonly format: RuleFormat;
  readonly prefix?: readonly string[];
}

export function addScannerRules(parent: Command, context: Context): void {
  parent
    .command("scanner-rules")
    .description("print rules that find leaked tokens and keys in code and logs")
    .addOption(
      new Option("--format <format>", "the scanner, or the bare pattern").choices(RULE_FORMATS).makeOptionMandatory(),
    )
    .option(
      "--prefix <brand>",
      `the prefix of your instance's secrets, as in MINTMARK_BRAND; may be repeated (default: ${DEFAULT_BRAND})`,
      (brand: string, brands: readonly string[] | undefined) => [...(brands ?? []), brand],
    )
    .addHelpText(
      "after",
      '\nExamples:\n  mintmark scanner-rules --format gitleaks > .gitleaks.toml\n  mintmark scanner-rules --format trufflehog --prefix acme --prefix mm\n  git grep -P "$(mintmark scanner-rules --format regex)"',
    )
    .action((options: RulesOptions) => printRules(context, options));
}

function printRules({ output }: Context, { format, prefix = [DEFAULT_BRAND] }: RulesOptions): void {
  const brands = [...new Set(prefix)];
  if (!brands.every((brand) => BRAND_PATTERN.test(brand))) {
    throw usageFailure(
      "--prefix is not a valid brand",
      "use the value of MINTMARK_BRAND: one to four characters from a to z and 0 to 9, such as mm",
    );
  }
  output.result({ format, rules: brands.map(scannerRule) }, () => output.page(writeRules(format, brands), "stdout"));
}
