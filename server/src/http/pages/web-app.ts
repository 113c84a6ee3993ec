// The built web app, held in memory: index.html for every page, and hashed files that browsers keep forever.
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { extname } from "node:path";
import { FAMILIAR_TOKEN_PATHS } from "@mintmark/core";
import { serveFile, type HeldFile, holdFile, PAGE_HEADERS, type PageRequest, shippedFolder } from "./page.ts";

const TYPES: Readonly<Record<string, string>> = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".css": "text/css; charset=utf-8",
  ".svg": "image/svg+xml",
  ".png": "image/png",
  ".ico": "image/x-icon",
  ".woff2": "font/woff2",
  ".json": "application/json",
  ".webmanifest": "application/manifest+json",
  ".txt": "text/plain; charset=utf-8",
};

export interface WebApp {
  /**
   * The response to a GET outside the operations and other pages; `null` when the web app has no file for it either.
   */
  respond(request: PageRequest): Response | null;
  /** The `@font-face` rules of the web app, for other pages of the instance; empty before it is built. */
  readonly fontFaces: string;
  /** Whether there is a file or page at this address. */
  has(request: PageRequest): boolean;
}

/** Paths for programs. They never return a page. */
const NOT_PAGES = /^\/(api|oauth2|mcp|forward-auth|\.well-known|assets)(\/|$)/;

/**
 * The first segments of the web app's paths, beside those that lead to the page of tokens. Any other path gets the page with status 404. A proxy that is configured
 * with a wrong path, such as `/forwardauth`, would take 200 as permission and let everyone in.
 */
const PAGES =
  /^\/((admin|cli|connect|device|forgot-password|hand-off|invitation|organization|reset-password|settings|setup|sign-in|sign-up|unsubscribe|verify-email)(\/|$)|$)/;

const FAMILIAR: ReadonlySet<string> = new Set(FAMILIAR_TOKEN_PATHS);

function isPage(path: string): boolean {
  return PAGES.test(path) || FAMILIAR.has(path);
}

const PROXY_HEADERS = ["x-forwarded-method", "x-original-method"];

/** Files that have no address under their name: the page itself, and what other sites may load (`embed.ts`). */
function isHidden(path: string): boolean {
  return path === "/index.html" || path.startsWith("/embed/");
}

/**
 * Whether a proxy asks for permission. At an address other than `/forward-auth`, the response is neither a page nor any
 * other success, which the proxy would take for permission.
 */
export function isProxyQuestion(headers: Headers): boolean {
  return PROXY_HEADERS.some((name) => headers.has(name));
}

export function loadWebApp(folder: string = shippedFolder("web/", "web/dist/")): WebApp {
  const files = existsSync(folder) ? readFolder(folder) : new Map<string, HeldFile>();
  const index = files.get("/index.html");
  const fileAt = (path: string): HeldFile | undefined => (isHidden(path) ? undefined : files.get(path));
  return {
    fontFaces: fontFacesIn(files),
    has: ({ path, headers }) => fileAt(path) !== undefined || (isPage(path) && !isProxyQuestion(headers)),
    respond({ path, headers }) {
      const file = fileAt(path);
      if (file !== undefined) return serveFile(file, headers);
      if (NOT_PAGES.test(path) || extname(path) !== "") return null;
      if (isProxyQuestion(headers)) return null;
      if (index === undefined) return notBuilt();
      return isPage(path)
        ? serveFile(index, headers)
        : new Response(index.body, { status: 404, headers: index.headers });
    },
  };
}

function fontFacesIn(files: ReadonlyMap<string, HeldFile>): string {
  const styles = [...files].filter(([path]) => path.endsWith(".css")).map(([, { body }]) => body.toString());
  return styles.flatMap((style) => style.match(/@font-face\s*\{[^}]*\}/g) ?? []).join("\n");
}

function readFolder(folder: string): Map<string, HeldFile> {
  const files = new Map<string, HeldFile>();
  for (const entry of readdirSync(folder, { withFileTypes: true, recursive: true })) {
    const type = TYPES[extname(entry.name)];
    if (!entry.isFile() || type === undefined) continue;
    const location = `${entry.parentPath}/${entry.name}`.replaceAll("\\", "/");
    const path = `/${location.slice(folder.replaceAll("\\", "/").length).replace(/^\/+/, "")}`;
    files.set(path, holdFile(readFileSync(location), type, { isHashed: path.startsWith("/assets/") }));
  }
  return files;
}

function notBuilt(): Response {
  return new Response("The web app is not built. Start Mintmark with `npm start`, which builds it.\n", {
    status: 404,
    headers: { ...PAGE_HEADERS, "Content-Type": "text/plain; charset=utf-8" },
  });
}
