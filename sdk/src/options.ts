// What every client of an instance is given: its address and a key. A mistake there is a programmer's error, and throws.
import { parseSecret, trimSecret } from "@mintmark/core/format";

export function addressOf(name: string, text: unknown): string {
  const url = typeof text === "string" && URL.canParse(text) ? new URL(text) : null;
  if (url === null || !/^https?:$/.test(url.protocol) || url.username !== "" || url.search !== "" || url.hash !== "")
    throw new TypeError(`${name} must be an address such as https://mintmark.example.com`);
  return url.href.replace(/\/+$/, "");
}

const KINDS = { service_key: "a service key, such as mm_svc_…", management_key: "a management key, such as mm_mgt_…" };

/** The key, without what copying leaves around it. The message does not repeat the text, which could be another secret. */
export function keyOf(name: string, text: unknown, kind: keyof typeof KINDS): string {
  const key = typeof text === "string" ? trimSecret(text) : "";
  const parsed = parseSecret(key, new Set([key.slice(0, key.indexOf("_"))]));
  if (!parsed.ok || parsed.kind !== kind) throw new TypeError(`${name} must be ${KINDS[kind]}, whole and unchanged`);
  return key;
}

export type Fields = Readonly<Record<string, unknown>>;

export function isObject(value: unknown): value is Fields {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
