// The last thing that happens to text before it reaches a terminal. Names come from a server that may be
// hostile: what could move the cursor, hide text or turn its direction is shown as an escape instead.
// And whatever looks like a secret is cut out, should a mistake elsewhere have let one through.
import { redactSecrets } from "@mintmark/core/token-format";

/** Control and format characters, line separators, lone surrogates. Joiners stay: emoji and scripts need them. */
const UNPRINTABLE = /[[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]--[\u200c\u200d]]/gv;
/** The same without the line feed, which the layout of JSON uses and its strings cannot hold. */
const UNPRINTABLE_IN_JSON = /[[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]--[\n\u200c\u200d]]/gv;
/** One line of text, safe for a terminal. */
export function printable(text: string): string {
  return redactSecrets(text).replace(UNPRINTABLE, escapeUnits);
}

/** JSON that is safe for a terminal; `indent` 0 keeps it on one line. */
export function printableJson(value: unknown, indent: number): string {
  return redactSecrets(JSON.stringify(value, null, indent)).replace(UNPRINTABLE_IN_JSON, escapeUnits);
}

/** By UTF-16 unit, as JSON writes it, so that escaped JSON stays JSON. */
function escapeUnits(character: string): string {
  let escaped = "";
  for (let index = 0; index < character.length; index++) {
    escaped += `\\u${character.charCodeAt(index).toString(16).padStart(4, "0")}`;
  }
  return escaped;
}
