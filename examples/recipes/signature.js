// The signatures of webhooks: an HMAC over the text, compared in constant time.
import { createHmac, timingSafeEqual } from "node:crypto";

const TOLERANCE_S = 300;

/** Whether one of the signatures is the HMAC-SHA-256 of the text with this key. */
export function isSigned(text, key, signatures, encoding) {
  const wanted = createHmac("sha256", key).update(text).digest();
  return signatures.some((signature) => {
    const given = Buffer.from(signature, encoding);
    return given.length === wanted.length && timingSafeEqual(given, wanted);
  });
}

/** Whether an instant in seconds is within five minutes, so that a message that was recorded cannot be played again. */
export function isRecent(seconds) {
  return Math.abs(Date.now() / 1000 - Number(seconds)) <= TOLERANCE_S;
}

/** Whether a header holds this shared secret. */
export function isSecret(given, secret) {
  return (
    typeof given === "string" && isSigned("", given, [createHmac("sha256", secret).update("").digest("hex")], "hex")
  );
}
