// The guides on disk. docs/README.md is their index, on GitHub and here: its sections and lists become the navigation,
// the contents of /docs, and /llms.txt. Rule: a guide that it does not list is not served. The decision records are
// served in addition.
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { posix } from "node:path";

const EXAMPLE_ORIGIN = "https://mintmark.example.com";
const EXAMPLE_HOST = "mintmark.example.com";
const DECISIONS = "decisions/";

export interface GuideEntry {
  /** The path in the folder of the guides. */
  readonly file: string;
  /** The part of the URL after `/docs/`. */
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
  /** Every guide of the index, in order. */
  readonly guides: readonly GuideEntry[];
  readonly isServed: (file: string) => boolean;
  /** The text of a served document. Throws for any other file. */
  readonly read: (file: string) => string;
}

/**
 * Replaces the placeholder `https://mintmark.example.com` with this instance's URL, so that a copied command sends a
 * token to no other place.
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

/** `# Title`, `> Summary`, and sections of `- [Guide](file.md): description`, in the form of llmstxt.org. */
function parseIndex(markdown: string): Pick<Library, "title" | "summary" | "sections"> {
  // A list item or a quotation may continue on the next line.
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

/** Served files outside the folder of the guides, by their path from it. */
const FROM_ELSEWHERE: Readonly<Record<string, string>> = { "../SECURITY.md": "security" };
const ADDRESS = /^([a-z][a-z0-9+.-]*:|\/|#)/i;
const OPENAPI = "../openapi.json";
/** The prefix with which a file outside the folder refers to it. */
const FOLDER = /^\.\.\/docs\//;
const INDEX = /(^|\/)README\.md$/;

/**
 * The name of a document's page: the part of the URL after `/docs/`, empty for the index. `file` is relative to the
 * guides' folder.
 */
export function pageNameOf(file: string): string {
  return FROM_ELSEWHERE[file] ?? file.replace(INDEX, "").replace(/\.md$/, "");
}

/** The document for a page of this name, whether it exists or not. */
export function fileOfPage(name: string): string {
  if (name === "") return "README.md";
  const elsewhere = Object.entries(FROM_ELSEWHERE).find(([, page]) => page === name)?.[0];
  return elsewhere ?? (name === "decisions" ? "decisions/README.md" : `${name}.md`);
}

/**
 * The target of a document's link on a page: another page, or an external URL unchanged. `null` for a file that is not
 * served; the text then has no link.
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

/** The document with its links changed by `lead`, for readers of its Markdown in other places. */
export function withLinks(markdown: string, lead: (href: string) => string | null): string {
  return markdown.replaceAll(CODE_OR_LINK, (whole, text: string | undefined, href: string | undefined) => {
    if (text === undefined || href === undefined) return whole;
    const target = lead(href);
    return target === null ? text : `[${text}](${target})`;
  });
}

/** Code is matched first, so that text in it is never taken for a link. */
const CODE_OR_LINK = /^ *```[\s\S]*?^ *```|`[^`\n]*`|\[((?:`[^`]*`|[^\]`])*)\]\(<?([^)\s>]+)>?\)/gm;

/**
 * Returns a function that creates the anchor of each heading of one document, in order. Anchors are the same as
 * GitHub's, so that a link works in both places; a repeated one gets a number.
 */
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

/** `heading` is Markdown. */
function slugOf(heading: string): string {
  return heading
    .replaceAll(/\[([^\]]*)\]\([^)]*\)/g, "$1")
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}\s_-]/gu, "")
    .replaceAll(/\s/g, "-");
}
