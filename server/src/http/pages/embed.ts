// What other sites may load: the script with the element `<mintmark-tokens>`, and the page of tokens that it frames.
// Rule: only this page may be framed, and only by the origins of MINTMARK_EMBED_ORIGINS. Without one, neither exists.
// Deliberately absent: cookies. The page is the same for everybody. Its script gets a token of the page from a hand-off
// and keeps it in memory, so it works in browsers that block cookies of framed sites, and no cookie gives it authority.
import { existsSync, readFileSync } from "node:fs";
import { notFound } from "../../use-cases/use-case.ts";
import { framedBy, type HeldFile, holdFile, PAGE_HEADERS, type PageRoute, serveFile, shippedFolder } from "./page.ts";
import { isProxyQuestion } from "./web-app.ts";

/** Where the build of the web app leaves the origins to the server. */
const PLACE_OF_ORIGINS = 'name="mintmark-embed-origins" content=""';

/** Any site may load the script: it holds no secret, and the page that it frames decides by its own headers. */
const SCRIPT_HEADERS: Readonly<Record<string, string>> = {
  ...PAGE_HEADERS,
  "Access-Control-Allow-Origin": "*",
  "Cross-Origin-Resource-Policy": "cross-origin",
};

/**
 * The headers of the framed page. `X-Frame-Options` cannot name origins, so it is absent; every browser that the app
 * supports reads `frame-ancestors`. The two policies about resources let a cross-origin isolated site frame the page.
 */
function framedHeaders(origins: readonly string[]): Readonly<Record<string, string>> {
  const { "X-Frame-Options": _, ...headers } = PAGE_HEADERS;
  return {
    ...headers,
    "Content-Security-Policy": framedBy(origins),
    "Cross-Origin-Resource-Policy": "cross-origin",
    "Cross-Origin-Embedder-Policy": "require-corp",
  };
}

/** The two addresses; none of them when no origin may frame the page. */
export function embedPages(
  origins: readonly string[],
  folder: string = shippedFolder("web/", "web/dist/"),
): readonly PageRoute[] {
  if (origins.length === 0) return [];
  const script = fileIn(`${folder}embed/mintmark.js`, (text) =>
    holdFile(text, "text/javascript; charset=utf-8", { pageHeaders: SCRIPT_HEADERS }),
  );
  const page = fileIn(`${folder}embed/tokens.html`, (text) =>
    holdFile(withOrigins(text, origins), "text/html; charset=utf-8", { pageHeaders: framedHeaders(origins) }),
  );
  return [route("/embed/mintmark.js", script), route("/embed/tokens", page)];
}

function fileIn(path: string, hold: (text: string) => HeldFile): HeldFile | null {
  return existsSync(path) ? hold(readFileSync(path, "utf8")) : null;
}

function route(path: string, file: HeldFile | null): PageRoute {
  return {
    path,
    respond: ({ headers }) => {
      if (file === null || isProxyQuestion(headers)) throw notFound();
      return serveFile(file, headers);
    },
  };
}

/** Origins have no character that HTML reads as its own. */
function withOrigins(html: string, origins: readonly string[]): string {
  if (!html.includes(PLACE_OF_ORIGINS)) throw new Error(`the framed page has no place for its origins`);
  return html.replace(PLACE_OF_ORIGINS, PLACE_OF_ORIGINS.replace('content=""', `content="${origins.join(" ")}"`));
}
