const STALE_MS = 90 * 86_400_000;

interface Use {
  readonly state: string;
  readonly createdAt: string;
  readonly lastUsedAt: string | null;
}

/** Whether a credential that works looks forgotten, as the server's filter judges it: 90 days without use. */
export function isStale({ state, createdAt, lastUsedAt }: Use, now: number): boolean {
  return state === "active" && now - Date.parse(lastUsedAt ?? createdAt) >= STALE_MS;
}
