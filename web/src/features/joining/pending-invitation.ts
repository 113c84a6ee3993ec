// The invitation a person is looking at. Its token lives in memory, and in this tab's session storage so
// that reloading the page does not lose it; both forget it when it is used, refused or left.
import { useCallback, useEffect, useState, useSyncExternalStore } from "react";
import { forgetLinkSecret, heldLinkSecret, subscribeToLinkSecret } from "../../session/link-secret.ts";

const KEY = "mintmark-invitation";

function stored(): string | null {
  try {
    return sessionStorage.getItem(KEY);
  } catch {
    return null;
  }
}

function store(token: string | null): void {
  try {
    if (token === null) sessionStorage.removeItem(KEY);
    else sessionStorage.setItem(KEY, token);
  } catch {
    // Without storage a reload needs the link again.
  }
}

export interface PendingInvitation {
  readonly token: string | null;
  /** Forgets the token everywhere but in this page's own memory, which ends with the page. */
  readonly spend: () => void;
}

export function usePendingInvitation(): PendingInvitation {
  const fromLink = useSyncExternalStore(subscribeToLinkSecret, () => heldLinkSecret("/invitation"));
  const [token, setToken] = useState(() => fromLink ?? stored());
  const [spent, setSpent] = useState<string | null>(null);
  if (fromLink !== null && fromLink !== token) setToken(fromLink);
  const spend = useCallback(() => {
    setSpent(token);
    store(null);
    forgetLinkSecret();
  }, [token]);
  useEffect(() => {
    if (token !== null && token !== spent) store(token);
    return () => store(null);
  }, [token, spent]);
  return { token, spend };
}
