// Tables of the guides that state what the code declares: each is in its guide, between two marks.
// `npm run guide-tables` writes them; a test in tests/repo compares.
import { AUDIT_ACTION_LABELS, LONG_LIFETIME_DAYS } from "../core/src/index.ts";
import type { Operation } from "../server/src/http/operation.ts";
import { operations } from "../server/src/http/operations.ts";

export const GUIDES_WITH_TABLES = ["docs/audit.md", "docs/concepts.md"];

const TABLES: Readonly<Record<string, () => string>> = {
  "audit actions": () =>
    table(
      ["action", "what happened"],
      Object.entries(AUDIT_ACTION_LABELS).map(([action, label]) => [`\`${action}\``, label]),
    ),
  "operations of a signed-in browser": () =>
    table(
      ["part of the API", "only in a signed-in browser"],
      grouped(operations.filter(isForBrowsers), ({ tag }) => tag).map(([tag, group]) => [tag, listed(group)]),
    ),
  "operations that need the password again": () =>
    table(
      ["operation", "needs the password again"],
      grouped(operations, ({ recentPassword }) => recentPassword).map(([when, group]) => [listed(group), WHEN[when]]),
    ),
};

const WHEN: Readonly<Record<NonNullable<Operation["recentPassword"]>, string>> = {
  always: "always",
  "long-lifetime": `without an expiry, or for more than ${LONG_LIFETIME_DAYS} days`,
  "powerful-role": "with a role that holds `members:write`",
  "first-proof": "where it confirms the address of the account for the first time",
};

/** The guide with every marked table written anew. Throws for a mark that names no table. */
export function withTables(guide: string): string {
  return guide.replaceAll(MARKED, (_, begin: string, name: string, end: string) => {
    const make = TABLES[name];
    if (make === undefined) throw new Error(`there is no table "${name}"`);
    return `${begin}\n\n${make()}\n\n${end}`;
  });
}

const MARKED =
  /^(\[\/\/\]: # \(Table "([^"]+)", written by npm run guide-tables\.\))\n[\s\S]*?^(\[\/\/\]: # \(End of the table\.\))$/gm;

const BROWSERS: ReadonlySet<string> = new Set(["session", "hand-off", "instance-admin"]);

function isForBrowsers({ credentials }: Operation): boolean {
  return credentials.every((kind) => BROWSERS.has(kind));
}

function grouped<Key extends string>(
  of: readonly Operation[],
  keyOf: (operation: Operation) => Key | undefined,
): readonly (readonly [Key, readonly Operation[]])[] {
  const groups = Map.groupBy(of, keyOf);
  return [...groups].flatMap(([key, group]) => (key === undefined ? [] : [[key, group] as const]));
}

/** The summaries as parts of one sentence to the reader: "mint a token; rename a token". */
function listed(group: readonly Operation[]): string {
  const parts = group.map(({ summary }) => summary.charAt(0).toLowerCase() + summary.slice(1));
  return parts
    .join("; ")
    .replaceAll(/\bmy\b/g, "your")
    .replaceAll(/\bI am\b/g, "you are")
    .replaceAll(/\b(?:I|me)\b/g, "you");
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  return [head, head.map(() => "---"), ...rows].map((cells) => `| ${cells.join(" | ")} |`).join("\n");
}
