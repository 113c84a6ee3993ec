// Renders a guide's Markdown as HTML. Loaded with `marked` at the first request for a guide, to save memory until then.
// The guides are our own; raw HTML in them is shown as text anyway.
import { Marked, type RendererObject, type Tokens } from "marked";
import { drawDocsPage, escape } from "./layout.ts";
import { createAnchors, type GuideEntry, type Library, pageLink, pageNameOf } from "./library.ts";

interface GuideHeading {
  readonly depth: number;
  readonly anchor: string;
  /** As HTML. */
  readonly html: string;
}

export interface RenderedGuide {
  readonly html: string;
  readonly headings: readonly GuideHeading[];
}

/** `lead` returns the URL of a link. For `null`, the link's text stays without a link. */
export function renderGuide(markdown: string, lead: (href: string) => string | null): RenderedGuide {
  const headings: GuideHeading[] = [];
  const anchors = createAnchors();
  const renderer: RendererObject = {
    heading({ tokens, depth, text }) {
      const html = this.parser.parseInline(tokens);
      const anchor = anchors(text);
      headings.push({ depth, anchor, html });
      if (depth === 1) return `<h1 id="${anchor}">${html}</h1>\n`;
      // Beside the heading and not in it, so that a screen reader does not read its name with the heading.
      const name = `Link to ${text.replaceAll("`", "")}`;
      const link = `<a class="anchor" href="#${anchor}" aria-label="${escape(name)}">#</a>`;
      return `<div class="heading"><h${depth} id="${anchor}">${html}</h${depth}>${link}</div>\n`;
    },
    link({ href, tokens }) {
      const text = this.parser.parseInline(tokens);
      const address = lead(href);
      return address === null ? text : `<a href="${escape(address)}">${text}</a>`;
    },
    image({ text }) {
      // A page loads nothing but its style and script. Images are for readers of the repository.
      return escape(text);
    },
    code({ text, lang }) {
      const language = /^[a-z]+/.exec(lang ?? "")?.[0] ?? "text";
      return `<div class="code" data-language="${language}"><pre><code>${wholeOptions(escape(text))}\n</code></pre></div>\n`;
    },
    table({ header, rows }) {
      const cells = (of: readonly Tokens.TableCell[], tag: string): string =>
        of.map(({ tokens }) => cell(breakable(this.parser.parseInline(tokens)), tag)).join("");
      const isNamed = header.some(({ text }) => text !== "");
      const head = isNamed ? `<thead><tr>${cells(header, "th")}</tr></thead>` : "";
      const body = rows.map((row) => `<tr>${cells(row, "td")}</tr>`).join("\n");
      const name = `Table: ${headings.at(-1)?.html.replaceAll(/<[^>]*>/g, "") ?? ""}`;
      // A wide table scrolls by itself, so the keyboard must be able to reach it.
      return `<div class="table" role="group" tabindex="0" aria-label="${name}"><table>${head}<tbody>${body}</tbody></table></div>\n`;
    },
    html({ text }) {
      return /^<!--[^>]*-->\s*$/.test(text) ? "" : escape(text);
    },
  };
  const html = new Marked({ gfm: true, renderer }).parse(markdown, { async: false });
  return { html, headings };
}

/** Keeps an option's hyphens and its name on one line. */
function wholeOptions(code: string): string {
  return code.replaceAll(/(?<=^|\s)--?[a-z][\w-]*/gim, '<span class="option">$&</span>');
}

/** Lets the names of tools and permissions break between their words in a narrow column. */
function breakable(html: string): string {
  return html.replaceAll(/<code>[^<]*<\/code>/g, (code) => code.replaceAll(/[_:.](?=\w)/g, "$&<wbr>"));
}

/** A column without a title gets no header cell. */
function cell(html: string, tag: string): string {
  if (tag !== "th") return `<td>${html}</td>`;
  return html === "" ? "<td></td>" : `<th scope="col">${html}</th>`;
}

// The page of a guide: its text, the guides before and after it, and the list of all guides.

const LISTS = "Guides";

export async function drawGuide(library: Library, file: string): Promise<string> {
  const { renderGuide } = await import("./draw-guide.ts");
  const rendered = renderGuide(library.read(file), (href) => pageLink(href, file, library.isServed));
  const entry = library.guides.find((guide) => guide.file === file);
  const name = pageNameOf(file);
  const path = name === "" ? "/docs" : `/docs/${name}`;
  const heading = rendered.headings.find(({ depth }) => depth === 1)?.html ?? library.title;
  return drawDocsPage({
    title: name === "" ? "Documentation" : plain(heading),
    description: plain(entry?.summary ?? library.summary),
    path,
    ...(name === "" ? {} : { markdown: `${path}.md` }),
    lists: LISTS,
    navigation: drawNavigation(library, file, rendered),
    main: rendered.html + (entry === undefined ? "" : drawAround(library.guides, entry)),
  });
}

/** The page for a URL without a guide. */
export function drawNoGuide(library: Library): string {
  return drawDocsPage({
    title: "No such guide",
    description: "There is no guide at this address.",
    path: "",
    lists: LISTS,
    navigation: drawNavigation(library, "", null),
    main: `<h1>No such guide</h1><p>There is no guide at this address. It may have a new name: this page lists <a href="#contents">all guides</a>, <a href="/docs">the overview</a> describes each of them, and <a href="/docs/api">the API reference</a> has the routes of the HTTP API.</p>`,
  });
}

function drawNavigation(library: Library, file: string, rendered: RenderedGuide | null): string {
  const isListed = library.guides.some((guide) => guide.file === file);
  const sections = library.sections.map(
    ({ title, guides }) =>
      `<h2>${escape(title)}</h2><ul>${guides.map((guide) => item(guide, guide.file === file, rendered)).join("")}</ul>`,
  );
  // A decision record is in no section, but its page still lists its parts.
  const here =
    isListed || rendered === null || file === "README.md" ? "" : drawParts("On this page", rendered.headings);
  return here + sections.join("");
}

function item({ name, title }: GuideEntry, isHere: boolean, rendered: RenderedGuide | null): string {
  if (!isHere || rendered === null) return `<li><a href="/docs/${name}">${escape(title)}</a></li>`;
  return `<li><a href="/docs/${name}" aria-current="page">${escape(title)}</a>${parts(rendered.headings)}</li>`;
}

function drawParts(title: string, headings: readonly GuideHeading[]): string {
  const list = parts(headings);
  return list === "" ? "" : `<h2>${title}</h2>${list}`;
}

function parts(headings: readonly GuideHeading[]): string {
  const links = headings
    .filter(({ depth }) => depth === 2)
    .map(({ anchor, html }) => `<li><a href="#${anchor}">${plainHtml(html)}</a></li>`);
  return links.length === 0 ? "" : `<ul>${links.join("")}</ul>`;
}

function drawAround(guides: readonly GuideEntry[], entry: GuideEntry): string {
  const place = guides.indexOf(entry);
  const link = (guide: GuideEntry | undefined, which: string, label: string): string =>
    guide === undefined
      ? ""
      : `<a class="${which}" rel="${which}" href="/docs/${guide.name}"><span>${label}</span>${escape(guide.title)}</a>`;
  return `<nav class="around" aria-label="Guides before and after this one">${link(guides[place - 1], "prev", "Before")}${link(guides[place + 1], "next", "Next")}</nav>`;
}

/** HTML without elements, because a link cannot contain another link. */
function plainHtml(html: string): string {
  return html.replaceAll(/<[^>]*>/g, "");
}

/** The text of a heading's HTML or of a summary's Markdown. */
function plain(marked: string): string {
  return plainHtml(marked)
    .replaceAll("`", "")
    .replaceAll("&lt;", "<")
    .replaceAll("&gt;", ">")
    .replaceAll("&quot;", '"')
    .replaceAll("&#39;", "'")
    .replaceAll("&amp;", "&");
}
