// From the links of the documents, which lead from file to file, to the addresses of their pages.
import { posix } from "node:path";

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
