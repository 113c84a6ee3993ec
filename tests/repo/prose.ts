// The texts that people read: the prose of a document, and the comments and sentences of code. Code itself is left out.

export interface Prose {
  /** Where it begins, counted from 1. */
  readonly line: number;
  readonly text: string;
}

/** The texts of a file. Documents: everything but headings, fences and inline code. Code: comments and strings with a space. */
export function textsOf(path: string, text: string): Prose[] {
  return path.endsWith(".md") ? [{ line: 1, text: proseOf(text) }] : commentsAndStrings(text);
}

/** The document with what is not prose blanked, so that lines keep their numbers. */
function proseOf(markdown: string): string {
  return markdown
    .replace(/^ *```[\s\S]*?^ *```/gm, (block) => block.replace(/[^\n]/g, ""))
    .replace(/^#{1,6} .*$/gm, "")
    .replace(/`[^`\n]*`/g, "`…`")
    .replace(/\]\([^)]*\)/g, "]");
}

/**
 * In the order of the alternatives: comments, strings, and regular expressions, which are skipped. A template is cut at
 * its expressions.
 */
const TOKEN =
  /\/\*[\s\S]*?\*\/|(?:^[ \t]*\/\/[^\n]*\n?)+|\/\/[^\n]*|"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'|`(?:[^`\\]|\\[\s\S])*`|(?<=[=(,:[!&|?{};]\s*)\/(?![/*])(?:[^/\\\n[]|\\.|\[(?:[^\]\\\n]|\\.)*\])+\/[a-z]*/gm;

function commentsAndStrings(code: string): Prose[] {
  return [...code.matchAll(TOKEN)].flatMap((match) => {
    const line = code.slice(0, match.index).split("\n").length;
    const [token] = match;
    if (token.startsWith("/*") || token.startsWith("//") || /^[ \t]*\/\//.test(token)) {
      const text = token.replace(/^[ \t]*(?:\/\*\*?|\*\/|\*(?!\/)|\/\/)[ \t]?/gm, "").replace(/\*\/$/, "");
      return [{ line, text: text.replace(/`[^`\n]*`/g, "`…`") }];
    }
    if (token.startsWith("/")) return [];
    const text = token.slice(1, -1).replace(/\$\{[^}]*\}/g, "…");
    return /\s/.test(text) ? [{ line, text: text.replace(/`[^`\n]*`/g, "`…`") }] : [];
  });
}
