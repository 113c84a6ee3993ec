// Random values, all from the operating system's CSPRNG: ids, secrets, links and codes. And the hash of a secret, which is all
// that is stored of it. Passwords, which people choose, are in password.ts.
import { hash, randomBytes, randomInt } from "node:crypto";
import {
  type CredentialKind,
  formatId,
  formatSecret,
  type IdKind,
  type IdTypes,
  Secret,
  SECRET_RANDOM_BYTES,
} from "@mintmark/core";

/** A new id of this kind: its type prefix and 128 random bits. */
export function newId<K extends IdKind>(kind: K): IdTypes[K] {
  return formatId(kind, randomBytes(16).toString("hex"));
}

/** A new secret of 160 random bits with its checksum. */
export function newSecret(brand: string, kind: CredentialKind): Secret {
  return formatSecret(brand, kind, randomBytes(SECRET_RANDOM_BYTES));
}

/** A new value for a session cookie or an invitation link: 256 random bits in hex. */
export function newLinkSecret(): Secret {
  return new Secret(randomBytes(32).toString("hex"));
}

/** 20 consonants, no two of which look or sound alike. They spell no word (RFC 8628 §6.1). */
export const USER_CODE_LETTERS = "BCDFGHJKLMNPQRSTVWXZ";
export const USER_CODE_LENGTH = 8;

/** A new code to type: 8 of 20 consonants, 34 random bits. */
export function newUserCode(): Secret {
  const letters = Array.from(
    { length: USER_CODE_LENGTH },
    () => USER_CODE_LETTERS[randomInt(USER_CODE_LETTERS.length)],
  );
  return new Secret(letters.join(""));
}

/** A new set-up code: 128 random bits in hex. */
export function newSetupCode(): Secret {
  return new Secret(randomBytes(16).toString("hex"));
}

/** A new mark of an entry in the authority log: 64 random bits in hex. It is no secret. */
export function newNonce(): string {
  return randomBytes(8).toString("hex");
}

/**
 * The SHA-256 of a secret, its only stored form. These secrets have 128 random bits or more, so a slow hash would gain
 * nothing (NIST SP 800-63B §5.1.1.2 is about passwords). Passwords use `hashPassword` instead.
 */
export function hashSecret(secret: Secret | string): Uint8Array {
  return hash("sha256", typeof secret === "string" ? secret : secret.expose(), "buffer");
}

/**
 * The first eight bytes of a hash. Among a billion tokens, two share them with a chance of one in forty. The second of
 * them is not minted, and minting again makes another.
 */
export function hashKey(hash: Uint8Array): bigint {
  return new DataView(hash.buffer, hash.byteOffset).getBigInt64(0);
}
