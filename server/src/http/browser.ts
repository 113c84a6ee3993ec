// What holds for browsers: the host names that serve them, requests from other sites, and the session cookie.
// Rule: browsers are served only under the base URL's host and loopback names. With DNS rebinding, a page of another site
// resolves its own name to this instance and is then same-origin with it; only the name in `Host` tells it from the web app.
// Proxies, services and monitoring may use any name, and so may a program that sends a credential, which such a page does not
// have. The cookie has 256 random bits, and only their hash is stored.
// Deliberately absent: ports, which do not identify a site, and `X-Forwarded-Host`, which a page can send.
import type { IncomingMessage } from "node:http";
import { z } from "@hono/zod-openapi";
import { EMAIL_MAX_LENGTH, PASSWORD_MAX_LENGTH, PASSWORD_MIN_LENGTH, type Secret } from "@mintmark/core";
import { canonicalAddress } from "../network/client-address.ts";
import type { SignedIn } from "../use-cases/session/session.ts";
import { Refusal } from "../use-cases/use-case.ts";
import type { OperationResponse } from "./operation.ts";

/** Endpoints that read no cookie. Programs call them under any name. */
const BY_ANY_NAME: ReadonlySet<string> = new Set([
  "/healthz",
  "/readyz",
  "/metrics",
  "/forward-auth",
  "/api/verify",
  "/api/credentials/revoke",
  "/oauth2/introspect",
  "/oauth2/revoke",
  "/.well-known/oauth-authorization-server/oauth2",
]);
const TAKES_CREDENTIALS = /^\/(?:api\/|mcp$)/;

/** A host name or an IPv6 address in brackets, and optionally a port. */
const AUTHORITY = /^(\[[0-9a-f:.]+\]|[a-z0-9._-]+)(?::\d{1,5})?$/i;
const ABSOLUTE = /^https?:\/\/([^/?#]*)([^?#]*)/i;

type HostRequest = Pick<IncomingMessage, "method" | "url" | "headers" | "rawHeaders" | "httpVersion">;

export interface Hosts {
  /** The refusal for the host that the request names (`request_malformed` or `host_unknown`), or `null`. */
  refusalOf(request: HostRequest): Refusal | null;
  /** Whether an `Origin` header names the base URL's host or a loopback name. */
  isOwnOrigin(origin: string): boolean;
}

export function createHosts(baseUrl: string): Hosts {
  const own = hostOf(new URL(baseUrl).host);
  const isKnown = (authority: string): boolean => {
    const host = hostOf(authority);
    return host !== null && (host === own || isLoopback(host));
  };
  return {
    refusalOf(request) {
      const { url = "", headers } = request;
      // RFC 9112 §3.2.2: a target in absolute form names the host, and `Host` is ignored.
      const [, absolute, absolutePath] = ABSOLUTE.exec(url) ?? [];
      const authority = absolute ?? headers.host;
      if (!isWellFormed(request, authority)) return malformed();
      // A request without a host is HTTP/1.0, which no browser uses.
      if (authority === undefined || isKnown(authority)) return null;
      const path = absolutePath ?? url.split("?", 1)[0] ?? "";
      if (BY_ANY_NAME.has(path) || isHealthCheck(request, path)) return null;
      if (TAKES_CREDENTIALS.test(path) && isProgramWithCredential(headers)) return null;
      return unknownHost(authority, baseUrl);
    },
    isOwnOrigin: (origin) => URL.canParse(origin) && isKnown(new URL(origin).host),
  };
}

/** In lower case, without port and trailing dot, IP addresses in canonical form; `null` for an invalid host. */
function hostOf(authority: string): string | null {
  const host = AUTHORITY.exec(authority)?.[1]?.toLowerCase().replace(/\.$/, "");
  if (host === undefined || host === "") return null;
  if (host.startsWith("[")) return canonicalAddress(host.slice(1, -1));
  return canonicalAddress(host) ?? host;
}

function isLoopback(host: string): boolean {
  return (
    host === "localhost" || host.endsWith(".localhost") || host === LOOPBACK_V6 || /^127(?:\.\d{1,3}){3}$/.test(host)
  );
}

const LOOPBACK_V6 = "0:0:0:0:0:0:0:1";

/** At most one host and, in HTTP/1.1, at least one `Host` header (RFC 9112 §3.2). */
function isWellFormed({ rawHeaders, httpVersion }: HostRequest, authority: string | undefined): boolean {
  let count = 0;
  for (let i = 0; i < rawHeaders.length; i += 2) {
    const name = rawHeaders[i] as string;
    if (name.length === 4 && name.toLowerCase() === "host") count++;
  }
  if (count > 1 || (count === 0 && httpVersion === "1.1")) return false;
  return authority === undefined || hostOf(authority) !== null;
}

/** HAProxy's `option httpchk` without a path sends `OPTIONS /`. */
function isHealthCheck({ method }: HostRequest, path: string): boolean {
  return method === "OPTIONS" && (path === "/" || path === "*");
}

/** Browsers send one of these headers with every request that could carry a cookie or change something. */
function isProgramWithCredential(headers: HostRequest["headers"]): boolean {
  if (headers.authorization === undefined && headers["x-api-key"] === undefined) return false;
  return headers.cookie === undefined && headers.origin === undefined && headers["sec-fetch-site"] === undefined;
}

function malformed(): Refusal {
  return new Refusal(
    "request_malformed",
    "The request must name its host once, in one valid Host header. Check the client or proxy that sent it.",
  );
}

function unknownHost(authority: string, baseUrl: string): Refusal {
  return new Refusal(
    "host_unknown",
    `This instance is at ${baseUrl}, not at ${authority.slice(0, 100)}: use that address. If ${authority.slice(0, 100)} is the right one, set MINTMARK_BASE_URL to it and restart; behind a proxy, configure the proxy to forward the Host header.`,
  );
}

/**
 * Refuses a request that another site caused the browser to send. Browsers indicate this in `Sec-Fetch-Site`. Older
 * ones send an Origin, which must then be the instance's own. A request with a session cookie must have one of the two.
 * Without a cookie (signing in with curl) both may be absent. An Origin with another host is always refused.
 */
export function refuseCrossSite(headers: Headers, baseUrl: string, hosts: Hosts, hasCookie: boolean): void {
  const site = headers.get("sec-fetch-site");
  const origin = headers.get("origin");
  if (site === "same-origin" && (origin === null || hosts.isOwnOrigin(origin))) return;
  if (site === null && origin === baseUrl) return;
  if (site === null && origin === null && !hasCookie) return;
  throw new Refusal(
    "cross_site_request",
    `The request did not come from a page of ${baseUrl}. Open the web app there and try again.`,
  );
}

const NAME = "mintmark_session";

/** `__Host-` is a promise of browsers that no other host has set the cookie. It needs HTTPS. */
export function sessionCookieName(baseUrl: string): string {
  return baseUrl.startsWith("https:") ? `__Host-${NAME}` : NAME;
}

export interface SessionCookie {
  /** The cookie's value in a Cookie header, or `null`. */
  read(header: string | null): string | null;
  set(cookie: Secret, expiresAt: number): string;
  readonly clear: string;
}

export function createSessionCookie(baseUrl: string): SessionCookie {
  const secure = baseUrl.startsWith("https://");
  const name = sessionCookieName(baseUrl);
  const attributes = `Path=/; HttpOnly; SameSite=Lax${secure ? "; Secure" : ""}`;
  return {
    read(header) {
      for (const part of header?.split(";") ?? []) {
        const equals = part.indexOf("=");
        if (part.slice(0, equals).trim() !== name) continue;
        const value = part.slice(equals + 1).trim();
        return /^[0-9a-f]{64}$/.test(value) ? value : null;
      }
      return null;
    },
    set: (cookie, expiresAt) =>
      `${name}=${cookie.expose()}; ${attributes}; Expires=${new Date(expiresAt).toUTCString()}`,
    clear: `${name}=; ${attributes}; Max-Age=0`,
  };
}

// Text of bounded length. The use case validates it, by the bounds that the document states, and its refusal has a code.

export const EmailInput: z.ZodString = z
  .string()
  .max(1000)
  .openapi({ minLength: 1, maxLength: EMAIL_MAX_LENGTH, example: "ada@example.com" });
/** The password that an account has. */
export const PasswordInput: z.ZodString = z
  .string()
  .max(1000)
  .openapi({ format: "password", example: "the password of the account" });
/** A password that an account gets. */
export const NewPasswordInput: z.ZodString = z.string().max(1000).openapi({
  format: "password",
  minLength: PASSWORD_MIN_LENGTH,
  maxLength: PASSWORD_MAX_LENGTH,
  example: "four words nobody guesses",
});

/** The response of an operation that signs a person in: the body and the cookie of the new session. */
export function signedIn<B>({ actor, secret }: SignedIn, body: B): OperationResponse<B> {
  return { body, session: { cookie: secret, expiresAt: actor.session.expiresAt } };
}
