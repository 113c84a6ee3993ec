import { hash } from "node:crypto";
import type { Secret } from "@mintmark/core";

/**
 * The SHA-256 of a secret, its only stored form. These secrets have 128 random bits or more, so a slow hash would gain
 * nothing (NIST SP 800-63B §5.1.1.2 is about passwords). Passwords use `hashPassword` instead.
 */
export function hashSecret(secret: Secret | string): Uint8Array {
  return hash("sha256", typeof secret === "string" ? secret : secret.expose(), "buffer");
}
