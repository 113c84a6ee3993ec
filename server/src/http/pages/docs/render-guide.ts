// From the Markdown of a guide to HTML. Loaded with the first page that is asked for, and `marked` with it: an
// instance that nobody reads at does without. The guides are ours; raw HTML in them is shown, not obeyed, all the same.
import { Marked, type RendererObject, type Tokens } from "marked";
import { createAnchors } from "./anchor.ts";
import { escape } from "./escape.ts";

export interface GuideHeading {
  readonly depth: number;
  readonly anchor: string;
  /** As HTML. */
  readonly html: string;
}

export interface RenderedGuide {
  readonly html: string;
  readonly headings: readonly GuideHeading[];
}

/** `lead` gives the address of a link; `null` leaves its text without one. */
export function renderGuide(markdown: string, lead: (href: string) => string | null): RenderedGuide {
  const headings: GuideHeading[] = [];
  const anchors = createAnchors();
  const renderer: RendererObject = {
    heading({ tokens, depth, text }) {
      const html = this.parser.parseInline(tokens);
      const anchor = anchors(text);
      headings.push({ depth, anchor, html });
      if (depth === 1) return `<h1 id="${anchor}">${html}</h1>\n`;
      // Beside the heading and not in it, so that its name is not read out with the heading's.
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
      // A page loads nothing but its own style and script; pictures are for readers of the repository.
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
      // It scrolls by itself where it is wider than the page, so the keyboard must be able to reach it.
      return `<div class="table" role="group" tabindex="0" aria-label="${name}"><table>${head}<tbody>${body}</tbody></table></div>\n`;
    },
    html({ text }) {
      return /^<!--[^>]*-->\s*$/.test(text) ? "" : escape(text);
    },
  };
  const html = new Marked({ gfm: true, renderer }).parse(markdown, { async: false });
  return { html, headings };
}

/** No line ends between the hyphens of an option and its name. */
function wholeOptions(code: string): string {
  return code.replaceAll(/(?<=^|\s)--?[a-z][\w-]*/gim, '<span class="option">$&</span>');
}

/** In a narrow column the names of tools and permissions break between their words. */
function breakable(html: string): string {
  return html.replaceAll(/<code>[^<]*<\/code>/g, (code) => code.replaceAll(/[_:.](?=\w)/g, "$&<wbr>"));
}

/** A head without a word is no head. */
function cell(html: string, tag: string): string {
  if (tag !== "th") return `<td>${html}</td>`;
  return html === "" ? "<td></td>" : `<th scope="col">${html}</th>`;
}
