// The built web app, held in memory: index.html for every page address, hashed files for good.
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { extname } from "node:path";
import { answerFile, type HeldFile, holdFile, PAGE_HEADERS, type PageRequest, shippedFolder } from "./page.ts";

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
  /** The answer to a GET that is no operation and no other page; `null` when the web app has nothing there either. */
  respond(request: PageRequest): Response | null;
}

/** Addresses that belong to programs: nothing there is ever answered with a page. */
const NOT_PAGES = /^\/(api|oauth2|mcp|forward-auth|\.well-known|assets)(\/|$)/;

/**
 * What the web app's addresses begin with. Any other gets the page, which says that there is nothing, under
 * a 404: a proxy that was told to ask `/forwardauth` would take a 200 for a yes, and let everyone in.
 */
const PAGES =
  /^\/((admin|cli|connect|device|forgot-password|invitation|organization|reset-password|settings|setup|sign-in|sign-up|verify-email)(\/|$)|$)/;

/** Sent by a proxy that asks whether a request may pass. No page is the answer to that, whatever the address. */
const ASKS_FOR_LEAVE = ["x-forwarded-method", "x-original-method"];

export function loadWebApp(folder: string = shippedFolder("web/", "web/dist/")): WebApp {
  const files = existsSync(folder) ? readFolder(folder) : new Map<string, HeldFile>();
  const index = files.get("/index.html");
  return {
    respond({ path, headers }) {
      const file = files.get(path);
      if (file !== undefined && path !== "/index.html") return answerFile(file, headers);
      if (NOT_PAGES.test(path) || extname(path) !== "") return null;
      if (ASKS_FOR_LEAVE.some((name) => headers.has(name))) return null;
      if (index === undefined) return notBuilt();
      return PAGES.test(path)
        ? answerFile(index, headers)
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
