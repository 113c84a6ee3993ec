// Random values: ids, secrets, links and codes, all from the operating system's CSPRNG.
// The folder also has the hash of secrets (hash.ts) and passwords (password.ts), which people choose.
import { randomBytes, randomInt } from "node:crypto";
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
