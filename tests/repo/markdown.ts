// Reads what a rule needs from a Markdown document: shell commands, links and the anchors of headings.
// It knows the forms used in this repository, not all of Markdown.

export interface Snippet {
  /** The name after the fence; empty without one. */
  readonly language: string;
  readonly text: string;
  /** Where it begins, counted from 1. */
  readonly line: number;
}

/** The fenced blocks, in their order. */
export function snippets(markdown: string): Snippet[] {
  return [...markdown.matchAll(/^( *)```([^\n`]*)\n([\s\S]*?)^ *```/gm)].map((block) => ({
    language: (block[2] ?? "").trim(),
    text: (block[3] ?? "").replaceAll(new RegExp(`^${block[1]}`, "gm"), ""),
    line: markdown.slice(0, block.index).split("\n").length,
  }));
}

/** Why nobody runs a snippet, which it says to its readers in its first line; `null` for one that is run. */
export function reasonNotToRun({ text }: Snippet): string | null {
  return /^(?:#|\/\/) not run by npm test: (.+)$/m.exec(text.split("\n")[0] ?? "")?.[1] ?? null;
}

/** The commands in the fenced `sh` blocks, one a line, with continued lines joined and comments left out. */
export function shellCommands(markdown: string): string[] {
  return snippets(markdown)
    .filter(({ language }) => language === "sh")
    .flatMap(commandsOf);
}

/** The commands of one `sh` block. */
export function commandsOf({ text }: Snippet): string[] {
  return text
    .replace(/\\\n\s*/g, " ")
    .split("\n")
    .map((line) => line.trim().replace(/^\$ /, ""))
    .filter((line) => line !== "" && !line.startsWith("#"));
}

/** The targets of links and images outside code. */
export function linkTargets(markdown: string): string[] {
  const prose = withoutCode(markdown);
  return [...prose.matchAll(/\]\(<?([^)\s>]+)>?(?:\s+"[^"]*")?\)/g)].map((match) => match[1] ?? "");
}

/** The anchors that GitHub, and the app's own pages, give to the headings. */
export function anchors(markdown: string): Set<string> {
  const found = new Set<string>();
  for (const [, heading = ""] of withoutFences(markdown).matchAll(/^#{1,6}\s+(.+?)\s*#*$/gm)) {
    const slug = heading
      .replace(/\[([^\]]*)\]\([^)]*\)/g, "$1")
      .toLowerCase()
      .replace(/[^\p{L}\p{N}\s_-]/gu, "")
      .replace(/\s/g, "-");
    let anchor = slug;
    for (let repeated = 1; found.has(anchor); repeated++) anchor = `${slug}-${repeated}`;
    found.add(anchor);
  }
  return found;
}

function withoutFences(markdown: string): string {
  return markdown.replace(/^ *```[\s\S]*?^ *```/gm, "");
}

function withoutCode(markdown: string): string {
  return withoutFences(markdown).replace(/`[^`\n]*`/g, "");
}

/** The text that a reader reads, on one line: no code, no addresses of links, no comments. */
export function plainProse(markdown: string): string {
  return withoutFences(markdown)
    .replace(/<!--[\s\S]*?-->/g, "")
    .replace(/\]\([^)]*\)/g, "]")
    .replace(/<https?:[^>]*>/g, "")
    .replace(/`[^`]*`/g, "`…`")
    .replace(/^\d+\. /gm, "")
    .replace(/\s+/g, " ");
}
