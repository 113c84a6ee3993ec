// Checks a secret without a server: its shape, its checksum and its kind. No message here repeats a character of it.
import { Secret, afterTag, type CredentialKind, parseSecret, SECRET_DIGITS, trimSecret } from "@mintmark/core/format";

export type SecretShape =
  | { readonly ok: true; readonly kind: CredentialKind; readonly brand: string; readonly secret: Secret }
  | { readonly ok: false; readonly code: "token_malformed" | "token_checksum_mismatch"; readonly why: string };

export const KIND_NAME: Readonly<Record<CredentialKind, string>> = {
  pat: "personal access token",
  api_key: "API key",
  service_key: "service key",
  management_key: "management key",
  page_token: "token of a framed page",
};

/**
 * Removes white space, quotation marks, a name or a scheme around the secret, as the server does, and checks the rest.
 * Any brand is accepted, because only an instance knows its brands.
 */
export function checkSecret(presented: Secret): SecretShape {
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
  if (/\s/.test(text)) return "it contains white space or a line break";
  if (/["'`]/.test(text)) return "it contains a quotation mark";
  const rest = afterTag(text);
  if (rest === null) return "it does not begin like a token, with mm_pat_, mm_key_ or mm_svc_ for example";
  if (/[A-Z]/.test(text)) return "it contains capital letters, and a token has none";
  if (!/^[0-9a-f]*$/.test(rest)) return "it contains a character that no token has";
  const difference = rest.length - SECRET_DIGITS;
  const characters = Math.abs(difference) === 1 ? "1 character" : `${Math.abs(difference)} characters`;
  return `it is ${characters} too ${difference < 0 ? "short" : "long"}`;
}
