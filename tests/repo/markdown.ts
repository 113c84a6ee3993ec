// Reads what a rule needs from a Markdown document: shell commands, links and the anchors of headings.
// It knows the forms used in this repository, not all of Markdown.

/** The commands in the fenced `sh` blocks, one a line, with continued lines joined and comments left out. */
export function shellCommands(markdown: string): string[] {
  return [...markdown.matchAll(/^ *```sh\b[^\n]*\n([\s\S]*?)^ *```/gm)].flatMap((block) =>
    (block[1] ?? "")
      .replace(/\\\n\s*/g, " ")
      .split("\n")
      .map((line) => line.trim().replace(/^\$ /, ""))
      .filter((line) => line !== "" && !line.startsWith("#")),
  );
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
