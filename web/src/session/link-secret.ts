// One-time codes arrive in the fragment of a link (`/setup#code=…`, `/invitation#token=…`), which browsers do not send
// to servers. The app removes the code from the address before the router sees it, so that it is in no history entry,
// title or log. It stays in memory until it is used.
import { useCallback, useEffect, useState, useSyncExternalStore } from "react";

const LINK_SECRETS: Readonly<Record<string, string>> = {
  "/setup": "code",
  "/hand-off": "code",
  "/invitation": "token",
  "/verify-email": "token",
  "/reset-password": "token",
};

/** The code in a link of this app, or `null`. The fragment of any other page is not a code. */
export function readLinkSecret(pathname: string, hash: string): string | null {
  const name = LINK_SECRETS[pathname.replace(/\/+$/, "")];
  if (name === undefined) return null;
  return new URLSearchParams(hash.replace(/^#/, "")).get(name) || null;
}

let held: { readonly pathname: string; readonly secret: string } | null = null;
const listeners = new Set<() => void>();

/** Removes a code from the address, now and after every change of the fragment. */
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

// The link from an email that a person has opened. Its token is in memory, and in the session storage of this tab so
// that a reload keeps it. Both are cleared when it is used or refused, or when the person leaves the page.

type LinkPage = "/invitation" | "/verify-email" | "/reset-password";

const keyOf = (page: LinkPage): string => `mintmark-link:${page}`;

function stored(page: LinkPage): string | null {
  try {
    return sessionStorage.getItem(keyOf(page));
  } catch {
    return null;
  }
}

function store(page: LinkPage, token: string | null): void {
  try {
    if (token === null) sessionStorage.removeItem(keyOf(page));
    else sessionStorage.setItem(keyOf(page), token);
  } catch {
    // Without storage, the person has to open the link again after a reload.
  }
}

interface PendingLink {
  readonly token: string | null;
  /** Clears the token everywhere but in the memory of this page. */
  readonly spend: () => void;
}

export function usePendingLink(page: LinkPage): PendingLink {
  const fromLink = useSyncExternalStore(subscribeToLinkSecret, () => heldLinkSecret(page));
  const [token, setToken] = useState(() => fromLink ?? stored(page));
  const [spent, setSpent] = useState<string | null>(null);
  if (fromLink !== null && fromLink !== token) setToken(fromLink);
  const spend = useCallback(() => {
    setSpent(token);
    store(page, null);
    forgetLinkSecret();
  }, [page, token]);
  useEffect(() => {
    if (token !== null && token !== spent) store(page, token);
    return () => store(page, null);
  }, [page, token, spent]);
  return { token, spend };
}
