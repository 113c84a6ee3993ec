// What can be said about a secret without asking anyone: its shape, its checksum and its kind.
// Nothing said here repeats a character of it.
import { Secret, afterTag, type CredentialKind, parseSecret, SECRET_DIGITS, trimSecret } from "@mintmark/core/format";

export type SecretShape =
  | { readonly ok: true; readonly kind: CredentialKind; readonly brand: string; readonly secret: Secret }
  | { readonly ok: false; readonly code: "token_malformed" | "token_checksum_mismatch"; readonly why: string };

export const KIND_NAME: Readonly<Record<CredentialKind, string>> = {
  pat: "personal access token",
  api_key: "API key",
  service_key: "service key",
};

/**
 * Judges what remains without the white space, quotation marks, name or scheme around it, as the server does. Any brand
 * is taken: only its instance knows which brands are its own.
 */
export function judgeSecret(presented: Secret): SecretShape {
  const secret = new Secret(trimSecret(presented.expose()));
  const text = secret.expose();
  const brand = text.split("_", 1)[0] ?? "";
  const parsed = parseSecret(text, new Set([brand]));
  if (parsed.ok) return { ok: true, kind: parsed.kind, brand, secret };
  if (parsed.code === "token_checksum_mismatch") {
    return { ok: false, code: "token_checksum_mismatch", why: "its checksum does not match: a character is wrong" };
  }
  return { ok: false, code: "token_malformed", why: whyMalformed(text) };
}

function whyMalformed(text: string): string {
  if (/\s/.test(text)) return "it holds white space or a line break";
  if (/["'`]/.test(text)) return "it holds a quotation mark";
  const rest = afterTag(text);
  if (rest === null) return "it does not begin as a token does, such as mm_pat_, mm_key_ or mm_svc_";
  if (/[A-Z]/.test(text)) return "it holds capital letters, and a token has none";
  if (!/^[0-9a-f]*$/.test(rest)) return "it holds a character that no token has";
  const difference = rest.length - SECRET_DIGITS;
  const characters = Math.abs(difference) === 1 ? "1 character" : `${Math.abs(difference)} characters`;
  return `it is ${characters} too ${difference < 0 ? "short" : "long"}`;
}
