// Hand-offs: a one-time link that a host product makes for one of its users. It opens a session that reaches one
// membership and a few pages. The server and the web app take the pages and the rules about addresses from here.
// Rule: an address that somebody else wrote is either a path of the app from a closed list, or has an origin that the
// operator named.

import { isLoopbackOrigin } from "./input.ts";

/** Where a hand-off leads, and the page of the app. */
export const HAND_OFF_PAGES = {
  tokens: "/settings/tokens",
  "new-token": "/settings/tokens/new",
  connect: "/connect",
  device: "/device",
  audit: "/settings/activity",
} as const satisfies Record<string, string>;

export type HandOffPage = keyof typeof HAND_OFF_PAGES;

/** How a session of a hand-off is proved: by the browser's cookie, or by a token that a framed page holds in memory. */
export type HandOffVia = "cookie" | "page-token";

/** How long a link works. */
export const HAND_OFF_LINK_MS = 60_000;
const PAGE_TOKEN_MS = 15 * 60_000;
const COOKIE_MS = 60 * 60_000;
/** How long the session of a hand-off lasts, by the way it is proved. */
export const HAND_OFF_SESSION_MS: Readonly<Record<HandOffVia, number>> = {
  cookie: COOKIE_MS,
  "page-token": PAGE_TOKEN_MS,
};

/** The pages that a session of a hand-off may open, and those below them. */
const LIMITED_PATHS: readonly string[] = [
  HAND_OFF_PAGES.tokens,
  HAND_OFF_PAGES.connect,
  HAND_OFF_PAGES.device,
  HAND_OFF_PAGES.audit,
  "/cli/authorize",
  "/cli/connect",
];

/** Whether a session of a hand-off may open the page at this path. */
export function isHandOffPath(pathname: string): boolean {
  return LIMITED_PATHS.some((path) => pathname === path || pathname.startsWith(`${path}/`));
}

interface ParsedUrl {
  readonly href: string;
  readonly origin: string;
  readonly pathname: string;
  readonly search: string;
  readonly username: string;
  readonly password: string;
}

// Every runtime of JavaScript has this class. This package names no library of one.
declare const URL: new (url: string, base?: string) => ParsedUrl;

const ADDRESS_MAX_LENGTH = 2000;
// Browsers drop tabs and line ends and read "\" as "/": "/\t/evil.example" would leave the site.
const UNSAFE = /[\\\p{Cc}\p{Cf}\s]/u;

function parseUrl(text: string, base?: string): ParsedUrl | null {
  if (text.length > ADDRESS_MAX_LENGTH || UNSAFE.test(text)) return null;
  try {
    return new URL(text, base);
  } catch {
    return null;
  }
}

const BASE = "http://same-origin.invalid";

/** The path and query of a text that leads to a page of this site, without a fragment; `null` for any other text. */
export function samePagePath(text: string): string | null {
  if (!text.startsWith("/")) return null;
  const url = parseUrl(text, BASE);
  if (url === null || url.origin !== BASE || url.pathname.startsWith("//")) return null;
  return url.pathname + url.search;
}

/**
 * The path and query of a page where a hand-off may end, from a path or from an address at this origin; `null` for any
 * other text.
 */
export function handOffPath(text: string, origin: string): string | null {
  const path = samePagePath(text.startsWith(`${origin}/`) ? text.slice(origin.length) : text);
  return path !== null && isHandOffPath(path.split("?", 1)[0] ?? "") ? path : null;
}

// `URL` accepts "*", "'" and ";" in a host, and each means something else in a header.
const EXACT_ORIGIN = /^https?:\/\/(?:[a-z0-9.-]+|\[[0-9a-f:.]+\])(?::\d{1,5})?$/;

/** Whether an origin may be one of a host's pages: HTTPS, or HTTP on this machine. */
export function isHostOrigin(origin: string): boolean {
  if (!EXACT_ORIGIN.test(origin)) return false;
  return (origin.startsWith("https://") || isLoopbackOrigin(origin)) && parseUrl(origin)?.origin === origin;
}

/**
 * The address of a host's page in canonical form, if its origin is exactly one of these; `null` for any other text. The
 * text must be an absolute address without a user name.
 */
export function hostAddress(text: string, origins: readonly string[]): string | null {
  // `URL` repairs "https:/host" and "https:host", which other programs read differently.
  if (!/^https?:\/\/[^/]/.test(text)) return null;
  const url = parseUrl(text);
  if (url === null || url.username !== "" || url.password !== "") return null;
  return isHostOrigin(url.origin) && origins.includes(url.origin) ? url.href : null;
}
