// The path to open after signing in. It comes from the URL, which anyone can write, so only a path of this site is
// accepted, without a fragment and not one that signs in again.

import { isHandOffPath, samePagePath } from "@mintmark/core";
import type { Instance } from "../api/types.ts";

export const HOME = "/settings/tokens";
const NO_RETURN = ["/hand-off", "/sign-in", "/sign-up", "/setup", "/api", "/oauth2"];

/** The path and query to return to; the home page for anything else. */
export function safeReturnTo(text: unknown): string {
  const path = typeof text === "string" ? samePagePath(text) : null;
  if (path === null) return HOME;
  const pathname = path.split("?", 1)[0] ?? "";
  if (pathname === "/" || NO_RETURN.some((page) => pathname === page || pathname.startsWith(`${page}/`))) return HOME;
  return path;
}

/** The sign-in page's query that leads back here. */
export function returnToQuery(location: { readonly pathname: string; readonly searchStr: string }): {
  returnTo?: string;
} {
  const here = safeReturnTo(location.pathname + location.searchStr);
  return here === HOME ? {} : { returnTo: here };
}

/** Pages that a command or an AI client sends people to. Signed out, they sign in at the host where it has a page for it. */
const STARTED_ELSEWHERE = ["/cli/authorize", "/cli/connect", "/connect", "/device"];

export function startsAtHost(pathname: string): boolean {
  return STARTED_ELSEWHERE.includes(pathname);
}

/**
 * The host's page to sign in, which leads back to this path by a hand-off; `null` where there is none. With
 * `reauthenticate`, the person must prove there again who they are.
 */
export function hostSignIn(
  { hostSignInUrl, baseUrl }: Pick<Instance, "hostSignInUrl" | "baseUrl">,
  path: string,
  { reauthenticate = false } = {},
): string | null {
  if (hostSignInUrl === null) return null;
  const returnTo = safeReturnTo(path);
  const url = new URL(hostSignInUrl);
  url.searchParams.set("return_to", baseUrl + (isHandOffPath(returnTo.split("?", 1)[0] ?? "") ? returnTo : HOME));
  if (reauthenticate) url.searchParams.set("reauthenticate", "1");
  return url.href;
}
