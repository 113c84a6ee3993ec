// The synthetic tokens that fill the stores. Token `i` is the same in every store and process, so that the
// load can make requests without receiving a secret.
import { hash } from "node:crypto";
import { crc32Hex } from "@mintmark/core";

/** Tokens of each user, and users of each organization. */
export const TOKENS_PER_USER = 5;
export const USERS_PER_ORGANIZATION = 50;

/** The seed of a token's random part, followed by the token's number. */
export const SECRET_SEED = "mintmark bench ";

export function secretOf(token: number): string {
  const body = `mm_pat_${hash("sha256", SECRET_SEED + token).slice(0, 40)}`;
  return body + crc32Hex(body);
}

/** The same with its last digit changed, so that its checksum does not match. */
export function junkOf(token: number): string {
  const secret = secretOf(token);
  return secret.slice(0, -1) + (secret.endsWith("0") ? "1" : "0");
}

/** `count` different numbers below `total` (all, where there are fewer), always the same ones. */
export function sampleOf(total: number, count: number): readonly number[] {
  if (total <= count) return Array.from({ length: total }, (_, i) => i);
  const chosen = new Set<number>();
  for (let draw = 0; chosen.size < count; draw++) {
    chosen.add(Number.parseInt(hash("sha256", `draw ${draw}`).slice(0, 12), 16) % total);
  }
  return [...chosen];
}

/** Half of the organizations have set a policy; it refuses none of these tokens. */
export const POLICY: string = JSON.stringify({
  maxLifetimeDays: 365,
  allowNoExpiry: true,
  ceiling: { kind: "role" },
  mintableBy: ["owner", "admin", "member"],
  oversight: "list-and-revoke",
  revokeOnSuspend: false,
  idleDays: null,
  networks: null,
  mcp: "read-write",
});

/** A third of the tokens is narrowed to this list. */
export const PERMISSIONS: string = JSON.stringify(["organization:read", "members:read"]);
