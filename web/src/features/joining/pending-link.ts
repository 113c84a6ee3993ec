// The link from a letter that a person has opened. Its token lives in memory, and in this tab's session storage so
// that reloading the page does not lose it; both forget it when it is used, refused or left.
import { useCallback, useEffect, useState, useSyncExternalStore } from "react";
import { forgetLinkSecret, heldLinkSecret, subscribeToLinkSecret } from "../../session/link-secret.ts";

export type LinkPage = "/invitation" | "/verify-email" | "/reset-password";

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
    // Without storage a reload needs the link again.
  }
}

export interface PendingLink {
  readonly token: string | null;
  /** Forgets the token everywhere but in this page's own memory, which ends with the page. */
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
