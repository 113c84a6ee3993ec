// Makes text safe as the last step before it reaches a terminal. Names come from a server that may be hostile, so
// characters that could move the cursor, hide text or change its direction are shown as escapes. Text that looks like a
// secret is cut out, in case a mistake elsewhere let one through.
import { redactSecrets } from "@mintmark/core/format";

/** Control and format characters, line separators, lone surrogates. Joiners stay: emoji and scripts need them. */
const UNPRINTABLE = /[[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]--[\u200c\u200d]]/gv;
/** The same characters without the line feed, which formatted JSON uses and JSON strings cannot contain. */
const UNPRINTABLE_IN_JSON = /[[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]--[\n\u200c\u200d]]/gv;
/** The same characters without the line feed and the tab, which separate cells and lines of a table. */
const UNPRINTABLE_IN_LINES = /[[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]--[\n\t\u200c\u200d]]/gv;

/** One line of text, safe for a terminal. */
export function printable(text: string): string {
  return redactSecrets(text).replace(UNPRINTABLE, escapeUnits);
}

/** Lines of text, safe for a terminal. */
export function printableLines(text: string): string {
  return redactSecrets(text).replace(UNPRINTABLE_IN_LINES, escapeUnits);
}

/** JSON that is safe for a terminal. `indent` 0 keeps it on one line. */
export function printableJson(value: unknown, indent: number): string {
  return redactSecrets(JSON.stringify(value, null, indent)).replace(UNPRINTABLE_IN_JSON, escapeUnits);
}

/** Escapes each UTF-16 unit as JSON does, so that escaped JSON stays JSON. */
function escapeUnits(character: string): string {
  let escaped = "";
  for (let index = 0; index < character.length; index++) {
    escaped += `\\u${character.charCodeAt(index).toString(16).padStart(4, "0")}`;
  }
  return escaped;
}
