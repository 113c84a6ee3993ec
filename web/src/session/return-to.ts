// The path to open after signing in. It comes from the URL, which anyone can write, so only a path of this site is
// accepted, without a fragment and not one that signs in again.

export const HOME = "/settings/tokens";
const BASE = "http://same-origin.invalid";
const NO_RETURN = ["/sign-in", "/sign-up", "/setup", "/api", "/oauth2"];

/** The path and query to return to; the home page for anything else. */
export function safeReturnTo(text: unknown): string {
  if (typeof text !== "string" || !text.startsWith("/") || text.length > 2000) return HOME;
  // Browsers drop tabs and line ends and read "\" as "/": "/\t/evil.example" would leave this site.
  if (/[\\\p{Cc}]/u.test(text)) return HOME;
  let url: URL;
  try {
    url = new URL(text, BASE);
  } catch {
    return HOME;
  }
  if (url.origin !== BASE || url.pathname.startsWith("//")) return HOME;
  if (url.pathname === "/") return HOME;
  if (NO_RETURN.some((path) => url.pathname === path || url.pathname.startsWith(`${path}/`))) return HOME;
  return url.pathname + url.search;
}

/** The sign-in page's query that leads back here. */
export function returnToQuery(location: { readonly pathname: string; readonly searchStr: string }): {
  returnTo?: string;
} {
  const here = safeReturnTo(location.pathname + location.searchStr);
  return here === HOME ? {} : { returnTo: here };
}
