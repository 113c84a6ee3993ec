// Pages: everything that is served besides the operations, such as health, metrics, documents and the web app.
// Rule: all pages are public. They read no credential of a user and change nothing. Files are served from memory,
// compressed where that helps, and with an ETag.
import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import type { ArrivedRequest } from "../../network/client-address.ts";

export interface PageRequest extends ArrivedRequest {
  readonly path: string;
}

export interface PageRoute {
  /** An exact path. */
  readonly path: string;
  /** Set for a health check. It responds to OPTIONS like to GET, also under these paths. */
  readonly checks?: readonly string[];
  readonly respond: (request: PageRequest) => Response | Promise<Response>;
}

/** A page loads only files from this origin: no inline script, no inline style, no frame. */
const CONTENT_SECURITY_POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' data:",
  "font-src 'self'",
  "connect-src 'self'",
  "manifest-src 'self'",
  "base-uri 'none'",
  "form-action 'self'",
  "frame-ancestors 'none'",
].join("; ");

export const PAGE_HEADERS: Readonly<Record<string, string>> = {
  "Content-Security-Policy": CONTENT_SECURITY_POLICY,
  "X-Content-Type-Options": "nosniff",
  "X-Frame-Options": "DENY",
  "Referrer-Policy": "no-referrer",
  "Cross-Origin-Opener-Policy": "same-origin",
  "Cross-Origin-Resource-Policy": "same-origin",
  "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=()",
};

export function jsonResponse(status: number, body: unknown): Response {
  return new Response(JSON.stringify(body), {
    status,
    headers: { ...PAGE_HEADERS, "Content-Type": "application/json", "Cache-Control": "no-store" },
  });
}

export interface HeldFile {
  readonly body: Buffer<ArrayBuffer>;
  readonly gzipped: Buffer<ArrayBuffer> | null;
  readonly headers: Readonly<Record<string, string>>;
}

/** `isHashed` means that the name changes with the content, so that a browser may keep the file forever. */
export function holdFile(content: Buffer<ArrayBuffer> | string, type: string, isHashed = false): HeldFile {
  const body = typeof content === "string" ? Buffer.from(content) : content;
  const isText = !/font|png|icon/.test(type);
  return {
    body,
    gzipped: isText && body.length > 1000 ? gzipSync(body, { level: 9 }) : null,
    headers: {
      ...PAGE_HEADERS,
      "Content-Type": type,
      ETag: `"${createHash("sha256").update(body).digest("base64url").slice(0, 22)}"`,
      // A file with a hashed name never changes. Browsers revalidate every other file.
      "Cache-Control": isHashed ? "public, max-age=31536000, immutable" : "no-cache",
      Vary: "Accept-Encoding",
    },
  };
}

/** Returns 304 when the client has the current version. */
export function serveFile(file: HeldFile, request: Headers): Response {
  if (request.get("if-none-match") === file.headers["ETag"])
    return new Response(null, { status: 304, headers: file.headers });
  const wantsGzip = file.gzipped !== null && /\bgzip\b/.test(request.get("accept-encoding") ?? "");
  return wantsGzip
    ? new Response(file.gzipped, { headers: { ...file.headers, "Content-Encoding": "gzip" } })
    : new Response(file.body, { headers: file.headers });
}

/** `npm run build` puts shipped files beside the compiled server. The package contains nothing else. */
const BESIDE_THE_CODE = fileURLToPath(new URL("../../", import.meta.url));
const CHECKOUT = fileURLToPath(new URL("../../../../", import.meta.url));

/**
 * The shipped folder beside the code if it exists, otherwise the folder in the checkout. Both paths end with a slash.
 */
export function shippedFolder(shipped: string, inCheckout: string = shipped): string {
  const beside = BESIDE_THE_CODE + shipped;
  return existsSync(beside) ? beside : CHECKOUT + inCheckout;
}
