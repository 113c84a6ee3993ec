// Texts inside other texts: in a shell's command, in TOML, in the query of a link.
import type { McpShell } from "./client.ts";

const PLAIN_ARGUMENT = /^[A-Za-z0-9_./:=@%+-]+$/;
/** PowerShell means something by a leading `@` or `%`, and swallows `--` on its way to programs of npm. */
const PLAIN_IN_POWERSHELL = /^(?!--$)[A-Za-z0-9_./-][A-Za-z0-9_./:=@%+-]*$/;

/** One argument of a command. Nothing in it is expanded, neither by POSIX shells nor by PowerShell. */
function shellArgument(text: string, shell: McpShell): string {
  const plain = shell === "posix" ? PLAIN_ARGUMENT : PLAIN_IN_POWERSHELL;
  if (plain.test(text)) return text;
  if (shell === "posix") return `'${text.replaceAll("'", `'\\''`)}'`;
  // PowerShell takes typographic quotes for straight ones.
  return `'${text.replaceAll(/['\u2018-\u201B]/g, "$&$&")}'`;
}

export function shellCommand(words: readonly string[], shell: McpShell): string {
  return words.map((word) => shellArgument(word, shell)).join(" ");
}

/** A basic string of TOML 1.0. It escapes like JSON, and the delete character too. */
export function tomlString(text: string): string {
  return JSON.stringify(text.toWellFormed()).replaceAll("\u007F", "\\u007F");
}

const BASE64 = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/** Base64 (RFC 4648 §4) of the text in UTF-8. */
export function base64(text: string): string {
  const bytes = utf8(text);
  let encoded = "";
  for (let at = 0; at < bytes.length; at += 3) {
    const [first = 0, second = 0, third = 0] = bytes.slice(at, at + 3);
    const group = (first << 16) | (second << 8) | third;
    const digits = [18, 12, 6, 0].map((shift) => BASE64[(group >> shift) & 63] ?? "").join("");
    const given = Math.min(3, bytes.length - at) + 1;
    encoded += digits.slice(0, given).padEnd(4, "=");
  }
  return encoded;
}

function utf8(text: string): number[] {
  const escaped = encodeURIComponent(text.toWellFormed());
  return [...escaped.matchAll(/%([0-9A-F]{2})|[^%]/g)].map(([unit, hex]) =>
    hex === undefined ? unit.charCodeAt(0) : Number.parseInt(hex, 16),
  );
}
