// Verifies a webhook, as Standard Webhooks define it: an HMAC-SHA256 of id, timestamp and body, under the secret of the
// endpoint. It uses WebCrypto, which compares signatures in constant time.
// Rule: verify the bytes that arrived, before anything parses them.
import type { AuditEvent } from "./management-types.ts";
import { isObject } from "./options.ts";
import type { HeaderRecord, HeadersLike } from "./source.ts";

export interface WebhookOptions {
  /** The headers of the request. */
  readonly headers: HeadersLike | HeaderRecord;
  /** The body as it arrived, and not parsed: the text or the bytes. */
  readonly body: string | Uint8Array;
  /** `whsec_…`. While you change over to another one, both. */
  readonly secret: string | readonly string[];
  /** The present instant, in milliseconds since the epoch. The clock of the machine by default. */
  readonly now?: number;
}

export interface Webhook {
  /** The same in every attempt to deliver it: process each id once. */
  readonly id: string;
  /** The action of the event, such as `member.removed`. */
  readonly type: string;
  readonly timestamp: string;
  readonly data: AuditEvent;
}

/**
 * `headers_missing`: it is no webhook. `too_old`: it was sent more than five minutes ago, or your clock is wrong.
 * `signature_wrong`: the secret is another one, or the body is not what was sent. `body_malformed`: it is signed, and not
 * an event.
 */
export type WebhookFailure = "headers_missing" | "too_old" | "signature_wrong" | "body_malformed";

export type WebhookResult =
  | { readonly ok: true; readonly webhook: Webhook }
  | { readonly ok: false; readonly reason: WebhookFailure };

const TOLERANCE_MS = 5 * 60_000;
/** A signature is 32 bytes. A header with more of them than two secrets can make is not ours. */
const MOST_SIGNATURES = 8;

/** Verifies a webhook. Throws a TypeError for a secret that is none; everything else is a result. */
export async function verifyWebhook(options: WebhookOptions): Promise<WebhookResult> {
  const secrets = [options.secret].flat().map(keyBytesOf);
  if (secrets.length === 0) throw new TypeError("secret must be the secret of the webhook, whsec_…");
  const [id, timestamp, signatures] = ["webhook-id", "webhook-timestamp", "webhook-signature"].map((name) =>
    headerOf(options.headers, name),
  );
  if (!id || !signatures || !/^\d{1,12}$/.test(timestamp ?? "")) return { ok: false, reason: "headers_missing" };
  const age = (options.now ?? Date.now()) - Number(timestamp) * 1000;
  if (Math.abs(age) > TOLERANCE_MS) return { ok: false, reason: "too_old" };
  const body = typeof options.body === "string" ? new TextEncoder().encode(options.body) : options.body;
  const signed = joined(new TextEncoder().encode(`${id}.${timestamp}.`), body);
  if (!(await isSigned(signed, signatures, secrets))) return { ok: false, reason: "signature_wrong" };
  const webhook = readWebhook(id, body);
  return webhook === null ? { ok: false, reason: "body_malformed" } : { ok: true, webhook };
}

async function isSigned(
  signed: Uint8Array<ArrayBuffer>,
  header: string,
  secrets: readonly Uint8Array<ArrayBuffer>[],
): Promise<boolean> {
  const given = header
    .split(" ")
    .slice(0, MOST_SIGNATURES)
    .flatMap((text) => (text.startsWith("v1,") ? [bytesOf(text.slice(3))] : []));
  for (const secret of secrets) {
    const key = await crypto.subtle.importKey("raw", secret, { name: "HMAC", hash: "SHA-256" }, false, ["verify"]);
    for (const signature of given)
      if (signature !== null && (await crypto.subtle.verify("HMAC", key, signature, signed))) return true;
  }
  return false;
}

function readWebhook(id: string, body: Uint8Array): Webhook | null {
  try {
    const value: unknown = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(body));
    if (!isObject(value)) return null;
    const { type, timestamp, data } = value;
    if (typeof type !== "string" || typeof timestamp !== "string" || !isObject(data)) return null;
    return { id, type, timestamp, data: data as unknown as AuditEvent };
  } catch {
    return null;
  }
}

/** A header that was sent twice is no header. */
function headerOf(headers: HeadersLike | HeaderRecord, name: string): string | undefined {
  if (typeof headers["get"] === "function") return (headers as HeadersLike).get(name) ?? undefined;
  const values = Object.entries(headers as HeaderRecord)
    .filter(([each]) => each.toLowerCase() === name)
    .flatMap(([, value]) => value ?? []);
  return values.length === 1 ? values[0] : undefined;
}

function keyBytesOf(secret: unknown): Uint8Array<ArrayBuffer> {
  const bytes = typeof secret === "string" ? bytesOf(secret.trim().replace(/^whsec_/, "")) : null;
  if (bytes === null || bytes.byteLength < 16) throw new TypeError("secret must be the secret of the webhook, whsec_…");
  return bytes;
}

function bytesOf(base64: string): Uint8Array<ArrayBuffer> | null {
  try {
    return Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
  } catch {
    return null;
  }
}

function joined(one: Uint8Array, other: Uint8Array): Uint8Array<ArrayBuffer> {
  const all = new Uint8Array(one.byteLength + other.byteLength);
  all.set(one);
  all.set(other, one.byteLength);
  return all;
}
