// Passwords: argon2id (RFC 9106) with OWASP's parameters, stored in the PHC string format.
import { argon2, randomBytes, timingSafeEqual } from "node:crypto";
import { promisify } from "node:util";
import { type HashedFor, passwordQueue } from "./password-queue.ts";

const derive = promisify(argon2);

const MEMORY_KIB = 19_456;
const PASSES = 2;
const PARALLELISM = 1;
const TAG_BYTES = 32;
const SALT_BYTES = 16;

function parse(
  stored: string,
): { memory: number; passes: number; parallelism: number; nonce: Buffer; tag: Buffer } | null {
  const match = /^\$argon2id\$v=19\$m=(\d+),t=(\d+),p=(\d+)\$([A-Za-z0-9+/]+)\$([A-Za-z0-9+/]+)$/.exec(stored);
  if (match === null) return null;
  const [, memory, passes, parallelism, salt, tag] = match as unknown as [
    string,
    string,
    string,
    string,
    string,
    string,
  ];
  return {
    memory: Number(memory),
    passes: Number(passes),
    parallelism: Number(parallelism),
    nonce: Buffer.from(salt, "base64"),
    tag: Buffer.from(tag, "base64"),
  };
}

const unpadded = (bytes: Buffer): string => bytes.toString("base64").replaceAll("=", "");

/** The stored form of a new password. Throws `PasswordQueueFull` when too many hashes are waiting. */
export async function hashPassword(password: string, by: HashedFor): Promise<string> {
  const nonce = randomBytes(SALT_BYTES);
  const message = password.normalize("NFC");
  const tag = await passwordQueue.run(by, () =>
    derive("argon2id", {
      message,
      nonce,
      parallelism: PARALLELISM,
      tagLength: TAG_BYTES,
      memory: MEMORY_KIB,
      passes: PASSES,
    }),
  );
  return `$argon2id$v=19$m=${MEMORY_KIB},t=${PASSES},p=${PARALLELISM}$${unpadded(nonce)}$${unpadded(tag)}`;
}

/**
 * Whether the password matches. With `stored` null (no such account) it does the same work on a fixed hash and returns
 * false, so that the response time does not reveal whether an account exists. Throws `PasswordQueueFull` when too many
 * hashes are waiting.
 */
export async function isPassword(password: string, stored: string | null, by: HashedFor): Promise<boolean> {
  const parsed = stored === null ? null : parse(stored);
  if (stored !== null && parsed === null) throw new Error("a stored password hash is not in the argon2id PHC format");
  const { tag, ...parameters } = parsed ?? {
    memory: MEMORY_KIB,
    passes: PASSES,
    parallelism: PARALLELISM,
    nonce: Buffer.alloc(SALT_BYTES),
    tag: Buffer.alloc(TAG_BYTES),
  };
  const message = password.normalize("NFC");
  const derived = await passwordQueue.run(by, () =>
    derive("argon2id", { message, tagLength: tag.length, ...parameters }),
  );
  return timingSafeEqual(derived, tag) && parsed !== null;
}
