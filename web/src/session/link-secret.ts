// One-time codes arrive in the fragment of a link (`/setup#code=…`, `/invitation#token=…`): browsers do not
// send fragments to servers. The app takes the code out of the address before the router or anything
// else sees it, so that it is in no history entry, title or log; it is held in memory until it is used.

const LINK_SECRETS: Readonly<Record<string, string>> = {
  "/setup": "code",
  "/invitation": "token",
  "/verify-email": "token",
  "/reset-password": "token",
};

/** The code in a link of this app, or `null`. A page's fragment is no code anywhere else. */
export function readLinkSecret(pathname: string, hash: string): string | null {
  const name = LINK_SECRETS[pathname.replace(/\/+$/, "")];
  if (name === undefined) return null;
  return new URLSearchParams(hash.replace(/^#/, "")).get(name) || null;
}

let held: { readonly pathname: string; readonly secret: string } | null = null;
const listeners = new Set<() => void>();

/** Takes a code out of the address, now and whenever another link is pasted over this page. */
export function holdLinkSecrets(): void {
  take();
  window.addEventListener("hashchange", take);
}

function take(): void {
  const { pathname, search, hash } = window.location;
  const secret = readLinkSecret(pathname, hash);
  if (secret === null) return;
  held = { pathname: pathname.replace(/\/+$/, ""), secret };
  window.history.replaceState(window.history.state, "", pathname + search);
  for (const listener of listeners) listener();
}

export function heldLinkSecret(pathname: string): string | null {
  return held?.pathname === pathname ? held.secret : null;
}

export function forgetLinkSecret(): void {
  held = null;
  for (const listener of listeners) listener();
}

export function subscribeToLinkSecret(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}
