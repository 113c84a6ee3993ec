// /docs, /llms.txt and /llms-full.txt: the guides of docs/ as pages and as text. Rule: nothing is read before the first
// request, and a rendered page is kept, so that the next reader costs no more than a file.
import {
  serveFile,
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
  { baseUrl, fontFaces = "" }: { readonly baseUrl: string; readonly fontFaces?: string },
  folder: string = shippedFolder("docs/"),
): readonly PageRoute[] {
  let opened: Library | undefined;
  const library = (): Library => (opened ??= openLibrary(folder, baseUrl));
  const serve = createFileCache();
  const page = (request: PageRequest): Promise<Response> | Response => {
    const document = documentAt(request.path);
    const { isServed } = library();
    if (!isServed(document.file)) return serve(request, "", HTML, () => drawNoGuide(library()), 404);
    const name = pageNameOf(document.file);
    // Each page has one URL, so that caches and statistics see one page.
    const path = `/docs${name === "" ? "" : `/${name}`}`;
    if (document.isMarkdown)
      return serve(request, `${path}.md`, MARKDOWN, () => markdownOf(library(), document.file, baseUrl));
    if (request.path !== path) return new Response(null, { status: 308, headers: { ...PAGE_HEADERS, Location: path } });
    return serve(request, path, HTML, () => drawGuide(library(), document.file));
  };
  const text = (path: string, type: string, make: () => string): PageRoute => ({
    path,
    respond: (request) => serve(request, path, type, make),
  });
  return [
    text("/docs/docs.css", "text/css; charset=utf-8", () => `${fontFaces}\n${DOCS_STYLE}`),
    text("/docs/docs.js", "text/javascript; charset=utf-8", () => DOCS_SCRIPT),
    text("/llms.txt", TEXT, () => llmsText(library(), baseUrl)),
    text("/llms-full.txt", TEXT, () => llmsFullText(library(), baseUrl)),
    { path: "/docs", respond: page },
    { path: "/docs/*", respond: page },
  ];
}

/**
 * `/docs/concepts`, `/docs/concepts/` and `/docs/concepts.md` mean the same file. The last one returns its Markdown.
 */
function documentAt(path: string): { readonly file: string; readonly isMarkdown: boolean } {
  const name = path.slice("/docs".length).replace(/^\//, "").replace(/\/$/, "");
  const isMarkdown = name.endsWith(".md");
  const file = fileOfPage(name.replace(/\.md$/, ""));
  // The index and the security policy have other file names than their pages.
  const isByFile = name === "README.md" || name === "decisions/README.md";
  return isByFile ? { file: name, isMarkdown: false } : { file, isMarkdown };
}

type FileCache = (
  request: PageRequest,
  key: string,
  type: string,
  make: () => string | Promise<string>,
  status?: number,
) => Promise<Response>;

/** Keeps rendered files by key. There are no more keys than documents. */
function createFileCache(): FileCache {
  const files = new Map<string, HeldFile>();
  return async ({ headers }, key, type, make, status = 200) => {
    const file = files.get(key) ?? holdFile(await make(), type);
    files.set(key, file);
    // A page that does not exist must not be cached.
    return status === 200 ? serveFile(file, headers) : new Response(file.body, { status, headers: uncached(file) });
  };
}

function uncached({ headers }: HeldFile): Record<string, string> {
  const { ETag: _tag, ...others } = headers;
  return { ...others, "Cache-Control": "no-store" };
}

/**
 * `/llms.txt` in the form of llmstxt.org: title, summary, and the sections of the index with links to each guide's
 * Markdown. URLs are absolute, because such a text is read away from its origin.
 */
function llmsText(library: Library, baseUrl: string): string {
  const { title, summary, sections } = library;
  const lists = sections.map(
    (section) => `## ${section.title}\n\n${section.guides.map((guide) => listed(guide, baseUrl)).join("\n")}`,
  );
  const reference = `## API\n\n- [OpenAPI 3.1 document](${baseUrl}/openapi.json): every route, who may call it, and its error codes\n- [All guides in one text](${baseUrl}/llms-full.txt)`;
  return `# ${title}\n\n> ${summary}\n\n${[forAgents(baseUrl), ...lists, reference].join("\n\n")}\n`;
}

/** The part of `/llms.txt` with which a program can act before it reads a guide. */
function forAgents(baseUrl: string): string {
  return `This instance is at ${baseUrl}. To act with a token:

- Send it as \`Authorization: Bearer <token>\` or \`X-API-Key: <token>\`, never in a URL. \`GET ${baseUrl}/api/whoami\` shows whose it is and what it may do.
- MCP: ${baseUrl}/mcp (Streamable HTTP), with the same header.
- Errors are \`application/problem+json\`. Decide by \`code\`, and read \`detail\`: it says what to do next. After 429 and 503 wait as long as \`Retry-After\` says.
- No token makes a token. Ask the person to make one at ${baseUrl}/settings/tokens/new, or to run \`mintmark login --host ${baseUrl}\`.`;
}

/** `/llms-full.txt`: all guides of the index in one text, with absolute URLs. */
function llmsFullText(library: Library, baseUrl: string): string {
  const { title, summary, guides } = library;
  const texts = guides.map(
    (guide) => `${markdownOf(library, guide.file, baseUrl).trimEnd()}\n\nSource: ${baseUrl}/docs/${guide.name}`,
  );
  return `# ${title}\n\n> ${summary}\n\n${texts.join("\n\n---\n\n")}\n`;
}

/** A document's Markdown with an absolute link to a page for each link to a file. */
function markdownOf(library: Library, file: string, baseUrl: string): string {
  return withLinks(library.read(file), (href) => {
    const target = pageLink(href, file, library.isServed);
    // In one text with other guides, an anchor alone would lead into another guide.
    if (target?.startsWith("#") === true) return `${baseUrl}/docs/${pageNameOf(file)}${target}`;
    return target?.startsWith("/") === true ? baseUrl + target : target;
  });
}

function listed({ title, name, summary }: GuideEntry, baseUrl: string): string {
  return `- [${title}](${baseUrl}/docs/${name}.md): ${summary}`;
}
