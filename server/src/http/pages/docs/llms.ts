// The guides for language models, in the form of llmstxt.org: a list of what there is, and everything in one text.
// Addresses are absolute, because such a text is read away from where it came from.
import type { GuideEntry, Library } from "./library.ts";
import { pageLink, withLinks } from "./links.ts";

/** `/llms.txt`: title, summary, and the sections of the index with links to each guide's Markdown. */
export function llmsText(library: Library, baseUrl: string): string {
  const { title, summary, sections } = library;
  const lists = sections.map(
    (section) => `## ${section.title}\n\n${section.guides.map((guide) => listed(guide, baseUrl)).join("\n")}`,
  );
  const reference = `## API\n\n- [OpenAPI 3.1 document](${baseUrl}/openapi.json): every route, who may call it, and what it can refuse with\n- [All guides in one text](${baseUrl}/llms-full.txt)`;
  return `# ${title}\n\n> ${summary}\n\n${[...lists, reference].join("\n\n")}\n`;
}

/** `/llms-full.txt`: every guide of the index, one after the other. */
export function llmsFullText(library: Library, baseUrl: string): string {
  const { title, summary, guides } = library;
  const texts = guides.map(
    (guide) => `${markdownOf(library, guide.file, baseUrl).trimEnd()}\n\nSource: ${baseUrl}/docs/${guide.name}`,
  );
  return `# ${title}\n\n> ${summary}\n\n${texts.join("\n\n---\n\n")}\n`;
}

/** A document's Markdown with absolute links, each to a page. */
export function markdownOf(library: Library, file: string, baseUrl: string): string {
  return withLinks(library.read(file), (href) => {
    const target = pageLink(href, file, library.isServed);
    return target?.startsWith("/") === true ? baseUrl + target : target;
  });
}

function listed({ title, name, summary }: GuideEntry, baseUrl: string): string {
  return `- [${title}](${baseUrl}/docs/${name}.md): ${summary}`;
}
