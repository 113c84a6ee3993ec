import { hash } from "node:crypto";
import type { Secret } from "@mintmark/core";

/**
 * SHA-256 of a secret: the only form of it that is ever stored or looked up. The secrets hashed here
 * carry 128 random bits or more, so a slow hash would buy nothing (NIST SP 800-63B §5.1.1.2 concerns
 * what people memorise); passwords go through `hashPassword` instead.
 */
export function hashSecret(secret: Secret | string): Uint8Array {
  return hash("sha256", typeof secret === "string" ? secret : secret.expose(), "buffer");
}
