import type { ApiKey } from "../../api/types.ts";

export type ApiKeyState = "active" | "expired" | "revoked";

/** How a key stands, from its own dates. The organization's policy may refuse it besides. */
export function apiKeyState(key: Pick<ApiKey, "expiresAt" | "revokedAt">, now: number): ApiKeyState {
  if (key.revokedAt !== null) return "revoked";
  return key.expiresAt !== null && new Date(key.expiresAt).getTime() <= now ? "expired" : "active";
}
