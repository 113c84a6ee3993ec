// The built web app, held in memory: index.html for every page, and hashed files that browsers keep forever.
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { extname } from "node:path";
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
}

/** Paths for programs. They never return a page. */
const NOT_PAGES = /^\/(api|oauth2|mcp|forward-auth|\.well-known|assets)(\/|$)/;

/**
 * The first segments of the web app's paths. Any other path gets the page with status 404. A proxy that is configured
 * with a wrong path, such as `/forwardauth`, would take 200 as permission and let everyone in.
 */
const PAGES =
  /^\/((admin|cli|connect|device|forgot-password|invitation|organization|reset-password|settings|setup|sign-in|sign-up|verify-email)(\/|$)|$)/;

/** Headers of a proxy that asks for permission. The response is never a page, whatever the path. */
const PROXY_HEADERS = ["x-forwarded-method", "x-original-method"];

export function loadWebApp(folder: string = shippedFolder("web/", "web/dist/")): WebApp {
  const files = existsSync(folder) ? readFolder(folder) : new Map<string, HeldFile>();
  const index = files.get("/index.html");
  return {
    respond({ path, headers }) {
      const file = files.get(path);
      if (file !== undefined && path !== "/index.html") return serveFile(file, headers);
      if (NOT_PAGES.test(path) || extname(path) !== "") return null;
      if (PROXY_HEADERS.some((name) => headers.has(name))) return null;
      if (index === undefined) return notBuilt();
      return PAGES.test(path)
        ? serveFile(index, headers)
        : new Response(index.body, { status: 404, headers: index.headers });
    },
  };
}

function readFolder(folder: string): Map<string, HeldFile> {
  const files = new Map<string, HeldFile>();
  for (const entry of readdirSync(folder, { withFileTypes: true, recursive: true })) {
    const type = TYPES[extname(entry.name)];
    if (!entry.isFile() || type === undefined) continue;
    const location = `${entry.parentPath}/${entry.name}`.replaceAll("\\", "/");
    const path = `/${location.slice(folder.replaceAll("\\", "/").length).replace(/^\/+/, "")}`;
    files.set(path, holdFile(readFileSync(location), type, path.startsWith("/assets/")));
  }
  return files;
}

function notBuilt(): Response {
  return new Response("The web app is not built. Start Mintmark with `npm start`, which builds it.\n", {
    status: 404,
    headers: { ...PAGE_HEADERS, "Content-Type": "text/plain; charset=utf-8" },
  });
}
