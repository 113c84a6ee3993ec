/** What the server's lists and counts go by too: a test compares the two. */
export const STALE_DAYS = 90;
const STALE_MS = STALE_DAYS * 86_400_000;

interface Use {
  readonly state: string;
  readonly createdAt: string;
  readonly lastUsedAt: string | null;
}

/** Whether a live credential looks forgotten: unused for 90 days, or never used since it was made so long ago. */
export function isStale({ state, createdAt, lastUsedAt }: Use, now: number): boolean {
  const live = state !== "revoked" && state !== "expired";
  return live && now - Date.parse(lastUsedAt ?? createdAt) >= STALE_MS;
}
