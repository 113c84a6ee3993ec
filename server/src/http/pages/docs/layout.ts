// The frame of every page under /docs: the header, the page, and the navigation beside it. The HTML is complete without
// a script. The script copies code and applies the theme that was chosen in the web app.

export interface DocsPage {
  readonly title: string;
  /** One sentence for search results, as text. */
  readonly description: string;
  /** The path, to mark links to this page. */
  readonly path: string;
  /** The path of the same page in Markdown. */
  readonly markdown?: string;
  /** The accessible name of the navigation. */
  readonly lists: string;
  /** Elements, as HTML. */
  readonly navigation: string;
  readonly main: string;
}

/**
 * The page comes before the navigation in the document. On a phone, the reader reads first and finds the navigation at
 * the end, where "Contents" in the header leads. On a wide screen, the style places the navigation on the left.
 */
export function drawDocsPage(page: DocsPage): string {
  const { title, description, path, markdown, lists, navigation, main } = page;
  const alternate = markdown === undefined ? "" : `\n<link rel="alternate" type="text/markdown" href="${markdown}">`;
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>${escape(title)} · Mintmark</title>
<meta name="viewport" content="width=device-width, initial-scale=1"><meta name="color-scheme" content="light dark">
<meta name="description" content="${escape(description)}">
<link rel="icon" href="/favicon.svg" type="image/svg+xml"><link rel="stylesheet" href="/docs/docs.css">${alternate}
<script src="/theme.js"></script><script src="/docs/docs.js" defer></script></head>
<body><a class="skip" href="#content">Skip to content</a>
<header><div><a class="home" href="/docs">${MARK}<span><b>Mintmark</b> docs</span></a>
<nav aria-label="Documentation"><a class="contents" href="#contents">Contents</a>${headerLink("/docs", "Guides", path)}${headerLink("/docs/api", "API", path)}<a href="/">Open app</a></nav></div></header>
<div class="columns"><main id="content" tabindex="-1">${main}</main>
<nav class="side" id="contents" aria-label="${escape(lists)}" tabindex="-1">${navigation}</nav></div>
<p class="said" role="status"></p></body></html>
`;
}

function headerLink(href: string, text: string, path: string): string {
  return `<a href="${href}"${href === path ? ' aria-current="page"' : ""}>${text}</a>`;
}

/** The logo of the web app. */
const MARK =
  '<svg viewBox="0 0 32 32" aria-hidden="true" focusable="false"><circle cx="16" cy="16" r="14.6" fill="none" stroke="currentColor" stroke-width="2.2" stroke-dasharray="1.911 1.911"/><circle cx="16" cy="16" r="12" fill="currentColor"/><path class="struck" d="M10.6 21V11.4l5.4 5.8 5.4-5.8V21" fill="none" stroke-width="2.5" stroke-linecap="round" stroke-linejoin="round"/></svg>';

/** The text as HTML, for an element or an attribute in double quotes. */
export function escape(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll('"', "&quot;");
}
