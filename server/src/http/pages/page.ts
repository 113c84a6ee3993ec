// What is served besides the operations: health, metrics, documents and the web app. All are `public`:
// none reads a credential of a user, none changes anything.

import type { ArrivedRequest } from "../../network/local-request.ts";

export interface PageRequest extends ArrivedRequest {
  readonly path: string;
}

export interface PageRoute {
  /** An exact path. */
  readonly path: string;
  /** Set for a health check, which answers OPTIONS like GET, and OPTIONS of these paths too. */
  readonly checks?: readonly string[];
  readonly respond: (request: PageRequest) => Response | Promise<Response>;
}

/** What a page may load: nothing but this origin's own files; no inline script, no inline style, no frame. */
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
