// Text in the language of manual pages. Nothing in it is read as a request or an escape, and hyphens, quotes and the
// like stay what was typed, so that a command can be copied from the page.

/** A paragraph, on one line. */
export function asText(text: string): string {
  return guard(escape(text));
}

/** A line of a command: hyphens in it are minus signs, as shells want them. */
export function asLine(text: string): string {
  return guard(escape(text).replaceAll("-", "\\-"));
}

export function bold(text: string): string {
  return `\\fB${escape(text).replaceAll("-", "\\-")}\\fR`;
}

export function italic(text: string): string {
  return `\\fI${escape(text).replaceAll("-", "\\-")}\\fR`;
}

export function macro(name: string, ...args: readonly string[]): string {
  return [`.${name}`, ...args.map(quoted)].join(" ");
}

export function quoted(arg: string): string {
  return `"${escape(arg).replaceAll("-", "\\-")}"`;
}

const SPECIAL: Readonly<Record<string, string>> = {
  "\\": "\\e",
  "'": "\\(aq",
  '"': "\\(dq",
  "`": "\\(ga",
  "^": "\\(ha",
  "~": "\\(ti",
  "…": "...",
};

function escape(text: string): string {
  return text.replace(/[\\'"`^~…]/g, (character) => SPECIAL[character] ?? character);
}

/** A line that begins with a period would be a request. */
function guard(line: string): string {
  return line.startsWith(".") ? `\\&${line}` : line;
}
