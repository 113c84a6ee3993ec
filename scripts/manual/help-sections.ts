// The text that a command's help ends with, as parts of a manual page: paragraphs, names with their meaning, and
// lines that are to be typed.
import { asLine, asText, bold } from "./roff.ts";

export interface Section {
  /** Without its colon; `null` for a paragraph without a heading. */
  readonly heading: string | null;
  /** Lines of roff. They begin no paragraph: a heading does, and mandoc refuses two of them. */
  readonly body: readonly string[];
}

export function sectionsOf(text: string): readonly Section[] {
  return text
    .split(/\n\s*\n/)
    .filter((part) => part.trim() !== "")
    .map((part) => {
      const [first = "", ...rest] = part.split("\n");
      const isHeading = /^\S.*:$/.test(first) && rest.every((line) => line.startsWith("  "));
      if (!isHeading) return { heading: null, body: [asText(part.replaceAll("\n", " "))] };
      return { heading: first.slice(0, -1), body: bodyOf(rest.map((line) => line.slice(2))) };
    });
}

function bodyOf(lines: readonly string[]): readonly string[] {
  const terms = lines.map((line) => /^([A-Z][A-Z0-9_]*)\s{2,}(\S.*)$/.exec(line));
  if (terms.every((term) => term !== null)) {
    return terms.flatMap((term) => [".TP", bold(term[1] ?? ""), asText(term[2] ?? "")]);
  }
  // `0 done   1 failed` and the like: pairs in one line.
  const pairs = lines.flatMap((line) => line.split(/\s{3,}/)).map((pair) => /^(\d+) (.+)$/.exec(pair));
  if (pairs.every((pair) => pair !== null)) {
    return pairs.flatMap((pair) => [".TP", bold(pair[1] ?? ""), asText(pair[2] ?? "")]);
  }
  return [".nf", ".RS 4", ...lines.map(asLine), ".RE", ".fi"];
}
