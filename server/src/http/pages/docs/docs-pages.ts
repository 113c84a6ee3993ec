// /docs, /llms.txt and /llms-full.txt: the guides of docs/ as pages and as text. Nothing is read before somebody asks;
// what was drawn once is kept, so that the second reader costs no more than a file.
import {
  answerFile,
  type HeldFile,
  holdFile,
  PAGE_HEADERS,
  type PageRequest,
  type PageRoute,
  shippedFolder,
} from "../page.ts";
import { drawGuide, drawNoGuide } from "./draw-guide.ts";
import { fileOfPage, type GuideEntry, type Library, openLibrary, pageLink, pageNameOf, withLinks } from "./library.ts";
import { DOCS_SCRIPT, DOCS_STYLE } from "./style.ts";

const HTML = "text/html; charset=utf-8";
const TEXT = "text/plain; charset=utf-8";
const MARKDOWN = "text/markdown; charset=utf-8";

export function docsPages(
  { baseUrl }: { readonly baseUrl: string },
  folder: string = shippedFolder("docs/"),
): readonly PageRoute[] {
  let opened: Library | undefined;
  const library = (): Library => (opened ??= openLibrary(folder, baseUrl));
  const answer = createShelf();
  const page = (request: PageRequest): Promise<Response> | Response => {
    const asked = askedFor(request.path);
    const { isServed } = library();
    if (!isServed(asked.file)) return answer(request, "", HTML, () => drawNoGuide(library()), 404);
    const name = pageNameOf(asked.file);
    // One page has one address, so that it is one page to whoever keeps or counts them.
    const path = `/docs${name === "" ? "" : `/${name}`}`;
    if (asked.isMarkdown)
      return answer(request, `${path}.md`, MARKDOWN, () => markdownOf(library(), asked.file, baseUrl));
    if (request.path !== path) return new Response(null, { status: 308, headers: { ...PAGE_HEADERS, Location: path } });
    return answer(request, path, HTML, () => drawGuide(library(), asked.file));
  };
  const text = (path: string, type: string, make: () => string): PageRoute => ({
    path,
    respond: (request) => answer(request, path, type, make),
  });
  return [
    text("/docs/docs.css", "text/css; charset=utf-8", () => DOCS_STYLE),
    text("/docs/docs.js", "text/javascript; charset=utf-8", () => DOCS_SCRIPT),
    text("/llms.txt", TEXT, () => llmsText(library(), baseUrl)),
    text("/llms-full.txt", TEXT, () => llmsFullText(library(), baseUrl)),
    { path: "/docs", respond: page },
    { path: "/docs/*", respond: page },
  ];
}

/** `/docs/concepts`, `/docs/concepts/` and `/docs/concepts.md` ask for the same file; the last one as it is. */
function askedFor(path: string): { readonly file: string; readonly isMarkdown: boolean } {
  const name = path.slice("/docs".length).replace(/^\//, "").replace(/\/$/, "");
  const isMarkdown = name.endsWith(".md");
  const file = fileOfPage(name.replace(/\.md$/, ""));
  // The files of the index and the security policy are called otherwise than their pages.
  const isByFile = name === "README.md" || name === "decisions/README.md";
  return isByFile ? { file: name, isMarkdown: false } : { file, isMarkdown };
}

type Shelf = (
  request: PageRequest,
  key: string,
  type: string,
  make: () => string | Promise<string>,
  status?: number,
) => Promise<Response>;

/** Keeps what was made, by its key. There are no more keys than documents. */
function createShelf(): Shelf {
  const shelf = new Map<string, HeldFile>();
  return async ({ headers }, key, type, make, status = 200) => {
    const file = shelf.get(key) ?? holdFile(await make(), type);
    shelf.set(key, file);
    // What is not there is not kept by anybody.
    return status === 200 ? answerFile(file, headers) : new Response(file.body, { status, headers: uncached(file) });
  };
}

function uncached({ headers }: HeldFile): Record<string, string> {
  const { ETag: _tag, ...others } = headers;
  return { ...others, "Cache-Control": "no-store" };
}

// The guides for language models, in the form of llmstxt.org: a list of what there is, and everything in one text.
// Addresses are absolute, because such a text is read away from where it came from.

/** `/llms.txt`: title, summary, and the sections of the index with links to each guide's Markdown. */
function llmsText(library: Library, baseUrl: string): string {
  const { title, summary, sections } = library;
  const lists = sections.map(
    (section) => `## ${section.title}\n\n${section.guides.map((guide) => listed(guide, baseUrl)).join("\n")}`,
  );
  const reference = `## API\n\n- [OpenAPI 3.1 document](${baseUrl}/openapi.json): every route, who may call it, and what it can refuse with\n- [All guides in one text](${baseUrl}/llms-full.txt)`;
  return `# ${title}\n\n> ${summary}\n\n${[...lists, reference].join("\n\n")}\n`;
}

/** `/llms-full.txt`: every guide of the index, one after the other. */
function llmsFullText(library: Library, baseUrl: string): string {
  const { title, summary, guides } = library;
  const texts = guides.map(
    (guide) => `${markdownOf(library, guide.file, baseUrl).trimEnd()}\n\nSource: ${baseUrl}/docs/${guide.name}`,
  );
  return `# ${title}\n\n> ${summary}\n\n${texts.join("\n\n---\n\n")}\n`;
}

/** A document's Markdown with absolute links, each to a page. */
function markdownOf(library: Library, file: string, baseUrl: string): string {
  return withLinks(library.read(file), (href) => {
    const target = pageLink(href, file, library.isServed);
    return target?.startsWith("/") === true ? baseUrl + target : target;
  });
}

function listed({ title, name, summary }: GuideEntry, baseUrl: string): string {
  return `- [${title}](${baseUrl}/docs/${name}.md): ${summary}`;
}
