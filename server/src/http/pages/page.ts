// Pages: everything that is served besides the operations, such as health, metrics, documents and the web app.
// Rule: all pages are public. They read no credential of a user and change nothing. Files are served from memory,
// compressed where that helps, and with an ETag for each coding.
import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import type { ArrivedRequest } from "../../network/client-address.ts";
import { Refusal } from "../../use-cases/use-case.ts";
import { qualityOf } from "../../wire/request.ts";

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

/** The policy, with those who may frame the page in place of nobody. */
export function framedBy(origins: readonly string[]): string {
  return CONTENT_SECURITY_POLICY.replace("frame-ancestors 'none'", `frame-ancestors ${origins.join(" ")}`);
}

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
  /** The headers of the file, and of its compressed form. */
  readonly headers: Readonly<Record<string, string>>;
  readonly gzippedHeaders: Readonly<Record<string, string>>;
}

/** Whether the file's name changes with its content, and headers in place of those of every page. */
interface HoldOptions {
  readonly isHashed?: boolean;
  readonly pageHeaders?: Readonly<Record<string, string>>;
}

export function holdFile(
  content: Buffer<ArrayBuffer> | string,
  type: string,
  { isHashed = false, pageHeaders = PAGE_HEADERS }: HoldOptions = {},
): HeldFile {
  const body = typeof content === "string" ? Buffer.from(content) : content;
  const isText = !/font|png|icon/.test(type);
  const version = createHash("sha256").update(body).digest("base64url").slice(0, 22);
  const headers = {
    ...pageHeaders,
    "Content-Type": type,
    ETag: `"${version}"`,
    // A file with a hashed name never changes. Browsers revalidate every other file.
    "Cache-Control": isHashed ? "public, max-age=31536000, immutable" : "no-cache",
    Vary: "Accept-Encoding",
  };
  return {
    body,
    gzipped: isText && body.length > 1000 ? gzipSync(body, { level: 9 }) : null,
    headers,
    gzippedHeaders: { ...headers, ETag: `"${version}-gzip"`, "Content-Encoding": "gzip" },
  };
}

/**
 * The file in the coding that the client prefers. Returns 304 when the client has this version. Refuses with
 * `precondition_failed` when the client wants another version, and with `not_acceptable` when it excludes every coding.
 */
export function serveFile(file: HeldFile, request: Headers): Response {
  const isGzipped = prefersGzip(request.get("accept-encoding"), file.gzipped !== null);
  const headers = isGzipped ? file.gzippedHeaders : file.headers;
  const tag = headers["ETag"] as string;
  const { ifMatch, ifNoneMatch } = { ifMatch: request.get("if-match"), ifNoneMatch: request.get("if-none-match") };
  if (ifMatch !== null && !namesTag(ifMatch, tag, "strong"))
    throw new Refusal("precondition_failed", "The file has changed. Send the request again without If-Match.");
  if (ifNoneMatch !== null && namesTag(ifNoneMatch, tag, "weak")) return new Response(null, { status: 304, headers });
  return new Response(isGzipped ? file.gzipped : file.body, { headers });
}

/** RFC 9110 §12.5.3: a header that does not mention `identity` allows it, but only `*;q=0` also excludes it. */
function prefersGzip(accepted: string | null, hasGzip: boolean): boolean {
  const gzip = hasGzip ? (qualityOf(accepted ?? "", ["gzip", "x-gzip", "*"]) ?? 0) : 0;
  const identity = qualityOf(accepted ?? "", ["identity"]);
  if (gzip > 0) return gzip >= (identity ?? 0);
  if ((identity ?? qualityOf(accepted ?? "", ["*"])) !== 0) return false;
  throw new Refusal("not_acceptable", "Accept-Encoding excludes every coding of this file. Allow gzip or identity.");
}

const ENTITY_TAG = /(?:^|[\s,])(W\/)?("[^"]*")(?=[\s,]|$)/g;

/** Whether `If-Match` (strong comparison) or `If-None-Match` (weak) names this tag (RFC 9110 §8.8.3 and §13.1). */
function namesTag(condition: string, tag: string, comparison: "strong" | "weak"): boolean {
  if (condition.trim() === "*") return true;
  for (const [, weak, opaque] of condition.matchAll(ENTITY_TAG))
    if (opaque === tag && (comparison === "weak" || weak === undefined)) return true;
  return false;
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
