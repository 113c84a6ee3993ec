// The page of a guide: its text, the guides before and after it, and the list of all.
import { escape } from "./escape.ts";
import { drawDocsPage } from "./layout.ts";
import type { GuideEntry, Library } from "./library.ts";
import { pageLink, pageNameOf } from "./links.ts";
import type { GuideHeading, RenderedGuide } from "./render-guide.ts";

const LISTS = "Guides";

export async function drawGuide(library: Library, file: string): Promise<string> {
  const { renderGuide } = await import("./render-guide.ts");
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

/** For an address that no guide has. */
export function drawNoGuide(library: Library): string {
  return drawDocsPage({
    title: "No such guide",
    description: "There is no guide at this address.",
    path: "",
    lists: LISTS,
    navigation: drawNavigation(library, "", null),
    main: `<h1>No such guide</h1><p>There is no guide at this address. It may have another name by now: <a href="#contents">all guides</a> are listed on this page, <a href="/docs">the overview</a> says what each is about, and the routes of the HTTP API are in <a href="/docs/api">the API reference</a>.</p>`,
  });
}

function drawNavigation(library: Library, file: string, rendered: RenderedGuide | null): string {
  const isListed = library.guides.some((guide) => guide.file === file);
  const sections = library.sections.map(
    ({ title, guides }) =>
      `<h2>${escape(title)}</h2><ul>${guides.map((guide) => item(guide, guide.file === file, rendered)).join("")}</ul>`,
  );
  // A record of a decision is in no section, and still has parts to go to.
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

/** HTML without its elements: a link holds no other. */
function plainHtml(html: string): string {
  return html.replaceAll(/<[^>]*>/g, "");
}

/** Text of a heading's HTML, or of a summary's Markdown. */
function plain(marked: string): string {
  return plainHtml(marked)
    .replaceAll("`", "")
    .replaceAll("&lt;", "<")
    .replaceAll("&gt;", ">")
    .replaceAll("&quot;", '"')
    .replaceAll("&#39;", "'")
    .replaceAll("&amp;", "&");
}
