// The built web app, held in memory: index.html for every page address, hashed files for good.
import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { extname } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { PAGE_HEADERS, type PageRequest } from "./page.ts";

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

interface StaticFile {
  readonly body: Buffer<ArrayBuffer>;
  readonly gzipped: Buffer<ArrayBuffer> | null;
  readonly headers: Readonly<Record<string, string>>;
}

export interface WebApp {
  /** The answer to a GET that is no operation and no other page; `null` when the web app has nothing there either. */
  respond(request: PageRequest): Response | null;
}

const DIST = fileURLToPath(new URL("../../../../web/dist/", import.meta.url));

/** Addresses that belong to programs: nothing there is ever answered with a page. */
const NOT_PAGES = /^\/(api|oauth2|mcp|forward-auth|\.well-known|assets)(\/|$)/;

/**
 * What the web app's addresses begin with. Any other gets the page, which says that there is nothing, under
 * a 404: a proxy that was told to ask `/forwardauth` would take a 200 for a yes, and let everyone in.
 */
const PAGES =
  /^\/((admin|cli|forgot-password|invitation|organization|reset-password|settings|setup|sign-in|sign-up|verify-email)(\/|$)|$)/;

/** Sent by a proxy that asks whether a request may pass. No page is the answer to that, whatever the address. */
const ASKS_FOR_LEAVE = ["x-forwarded-method", "x-original-method"];

export function loadWebApp(folder: string = DIST): WebApp {
  const files = existsSync(folder) ? readFolder(folder) : new Map<string, StaticFile>();
  const index = files.get("/index.html");
  return {
    respond({ path, headers }) {
      const file = files.get(path);
      if (file !== undefined && path !== "/index.html") return answer(file, headers);
      if (NOT_PAGES.test(path) || extname(path) !== "") return null;
      if (ASKS_FOR_LEAVE.some((name) => headers.has(name))) return null;
      if (index === undefined) return notBuilt();
      return PAGES.test(path)
        ? answer(index, headers)
        : new Response(index.body, { status: 404, headers: index.headers });
    },
  };
}

function readFolder(folder: string): Map<string, StaticFile> {
  const files = new Map<string, StaticFile>();
  for (const entry of readdirSync(folder, { withFileTypes: true, recursive: true })) {
    const type = TYPES[extname(entry.name)];
    if (!entry.isFile() || type === undefined) continue;
    const location = `${entry.parentPath}/${entry.name}`.replaceAll("\\", "/");
    const path = `/${location.slice(folder.replaceAll("\\", "/").length).replace(/^\/+/, "")}`;
    files.set(path, staticFile(readFileSync(location), type, path.startsWith("/assets/")));
  }
  return files;
}

function staticFile(body: Buffer<ArrayBuffer>, type: string, isHashed: boolean): StaticFile {
  const isText = !/font|png|icon/.test(type);
  return {
    body,
    gzipped: isText && body.length > 1000 ? gzipSync(body, { level: 9 }) : null,
    headers: {
      ...PAGE_HEADERS,
      "Content-Type": type,
      ETag: `"${createHash("sha256").update(body).digest("base64url").slice(0, 22)}"`,
      // A hashed name never changes its content; everything else is asked for again each time.
      "Cache-Control": isHashed ? "public, max-age=31536000, immutable" : "no-cache",
      Vary: "Accept-Encoding",
    },
  };
}

function answer(file: StaticFile, request: Headers): Response {
  if (request.get("if-none-match") === file.headers["ETag"])
    return new Response(null, { status: 304, headers: file.headers });
  const wantsGzip = file.gzipped !== null && /\bgzip\b/.test(request.get("accept-encoding") ?? "");
  return wantsGzip
    ? new Response(file.gzipped, { headers: { ...file.headers, "Content-Encoding": "gzip" } })
    : new Response(file.body, { headers: file.headers });
}

function notBuilt(): Response {
  return new Response("The web app is not built. Start Mintmark with `npm start`, which builds it.\n", {
    status: 404,
    headers: { ...PAGE_HEADERS, "Content-Type": "text/plain; charset=utf-8" },
  });
}
