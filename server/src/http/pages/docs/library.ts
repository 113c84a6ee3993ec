// The guides as they are on disk. docs/README.md is their index, on GitHub and here: its sections and lists are the
// navigation, the contents of /docs and /llms.txt. A guide that it does not list is not served; the records of
// decisions are served beside it.
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { posix } from "node:path";

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

// From the links of the documents, which lead from file to file, to the addresses of their pages.

/** Files outside the folder of the guides that are served with them, by their path from there. */
const FROM_ELSEWHERE: Readonly<Record<string, string>> = { "../SECURITY.md": "security" };
const ADDRESS = /^([a-z][a-z0-9+.-]*:|\/|#)/i;
const OPENAPI = "../openapi.json";
/** What a file outside the folder calls it. */
const FOLDER = /^\.\.\/docs\//;
const INDEX = /(^|\/)README\.md$/;

/** The name of a document's page: what follows `/docs/`, and nothing for the index. `file` is from the guides' folder. */
export function pageNameOf(file: string): string {
  return FROM_ELSEWHERE[file] ?? file.replace(INDEX, "").replace(/\.md$/, "");
}

/** The document that a page of this name would show, whether it exists or not. */
export function fileOfPage(name: string): string {
  if (name === "") return "README.md";
  const elsewhere = Object.entries(FROM_ELSEWHERE).find(([, page]) => page === name)?.[0];
  return elsewhere ?? (name === "decisions" ? "decisions/README.md" : `${name}.md`);
}

/**
 * Where a link in a document leads when the document is a page: to another page, or, as it is, to an address. `null`
 * when it leads to a file that is not served; its text then stands without a link.
 */
export function pageLink(href: string, from: string, isServed: (file: string) => boolean): string | null {
  if (ADDRESS.test(href)) return href;
  const [path = "", anchor] = href.split("#");
  if (path === OPENAPI) return "/openapi.json";
  const file = posix.join(posix.dirname(from), path).replace(FOLDER, "");
  if (!isServed(file)) return null;
  const name = pageNameOf(file);
  return `/docs${name === "" ? "" : `/${name}`}${anchor === undefined ? "" : `#${anchor}`}`;
}

/** The document with its links as `lead` gives them, for those who read its Markdown from elsewhere. */
export function withLinks(markdown: string, lead: (href: string) => string | null): string {
  return markdown.replaceAll(CODE_OR_LINK, (whole, text: string | undefined, href: string | undefined) => {
    if (text === undefined || href === undefined) return whole;
    const target = lead(href);
    return target === null ? text : `[${text}](${target})`;
  });
}

/** Code comes first, so that what looks like a link in it is none. */
const CODE_OR_LINK = /^ *```[\s\S]*?^ *```|`[^`\n]*`|\[((?:`[^`]*`|[^\]`])*)\]\(<?([^)\s>]+)>?\)/gm;

// The anchors of headings. They are those that GitHub gives, so that a link works there and here.

/** Answers the anchor of each heading of one document, in the order of the headings: a repeated one is numbered. */
export function createAnchors(): (heading: string) => string {
  const taken = new Set<string>();
  return (heading) => {
    const slug = slugOf(heading);
    let anchor = slug;
    for (let repeated = 1; taken.has(anchor); repeated++) anchor = `${slug}-${repeated}`;
    taken.add(anchor);
    return anchor;
  };
}

/** `heading` is its Markdown. */
function slugOf(heading: string): string {
  return heading
    .replaceAll(/\[([^\]]*)\]\([^)]*\)/g, "$1")
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}\s_-]/gu, "")
    .replaceAll(/\s/g, "-");
}
