// The guides as they are on disk. docs/README.md is their index, on GitHub and here: its sections and lists are the
// navigation, the contents of /docs and /llms.txt. A guide that it does not list is not served; the records of
// decisions are served beside it.
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { pageNameOf } from "./links.ts";

const EXAMPLE_ORIGIN = "https://mintmark.example.com";
const EXAMPLE_HOST = "mintmark.example.com";
const DECISIONS = "decisions/";

export interface GuideEntry {
  /** From the folder of the guides. */
  readonly file: string;
  /** What follows `/docs/` in the address. */
  readonly name: string;
  readonly title: string;
  /** One sentence without a period, as Markdown. */
  readonly summary: string;
}

interface GuideSection {
  readonly title: string;
  readonly guides: readonly GuideEntry[];
}

export interface Library {
  readonly title: string;
  readonly summary: string;
  readonly sections: readonly GuideSection[];
  /** Every guide of the index, in its order. */
  readonly guides: readonly GuideEntry[];
  readonly isServed: (file: string) => boolean;
  /** A served document. Throws when it is not. */
  readonly read: (file: string) => string;
}

/**
 * A text that names an instance, as this instance says it: `https://mintmark.example.com`, the one placeholder, becomes
 * its own address, so that a command that is copied from it sends a token nowhere else.
 */
export function withOwnAddress(text: string, baseUrl: string): string {
  return text.replaceAll(EXAMPLE_ORIGIN, baseUrl).replaceAll(EXAMPLE_HOST, new URL(baseUrl).host);
}

export function openLibrary(folder: string, baseUrl: string): Library {
  const read = (file: string): string => withOwnAddress(readFileSync(folder + file, "utf8"), baseUrl);
  const { title, summary, sections } = parseIndex(read("README.md"));
  const guides = sections.flatMap((section) => section.guides);
  const served = new Set(["README.md", ...guides.map(({ file }) => file), ...decisionsIn(folder)]);
  return {
    title,
    summary,
    sections,
    guides,
    isServed: (file) => served.has(file),
    read: (file) => {
      if (!served.has(file)) throw new Error(`${file} is not served`);
      return read(file);
    },
  };
}

function decisionsIn(folder: string): readonly string[] {
  if (!existsSync(folder + DECISIONS)) return [];
  return readdirSync(folder + DECISIONS)
    .filter((name) => name.endsWith(".md"))
    .map((name) => DECISIONS + name);
}

/** `# Title`, `> Summary`, and sections of `- [Guide](file.md): what it is about`, as llmstxt.org has them. */
function parseIndex(markdown: string): Pick<Library, "title" | "summary" | "sections"> {
  // A list item or a quotation may go on in the next line.
  const lines = markdown.replaceAll(/(?<=\S)\n(?: {2,}|> )(?=\S)/g, " ").split("\n");
  const first = (mark: string): string => lines.find((line) => line.startsWith(mark))?.slice(mark.length) ?? "";
  const sections: { title: string; guides: GuideEntry[] }[] = [];
  for (const line of lines) {
    if (line.startsWith("## ")) sections.push({ title: line.slice(3), guides: [] });
    const [, title, file, summary] = /^- \[([^\]]+)\]\(([^)]+)\): (.+)$/.exec(line) ?? [];
    if (title === undefined || file === undefined || summary === undefined) continue;
    sections.at(-1)?.guides.push({ file, name: pageNameOf(file), title, summary });
  }
  return { title: first("# "), summary: first("> "), sections };
}
