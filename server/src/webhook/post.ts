// One attempt to deliver an event to a webhook, in the form of Standard Webhooks (https://www.standardwebhooks.com).
// Rule: the address that is connected to is the address that was checked. The name is resolved once, every address that it has must
// be allowed, and no redirect is followed. So a webhook cannot reach into the operator's network.
// Deliberately absent: the response's body. Nobody reads it, so an instance admin cannot read internal pages through it.
import { createHmac } from "node:crypto";
import { lookup as resolve } from "node:dns/promises";
import { type IncomingMessage, request as requestHttp } from "node:http";
import { request as requestHttps } from "node:https";
import { BlockList, isIP } from "node:net";
import { VERSION } from "../version.ts";

/** How long one attempt may take, from the resolution of the name to the head of the response. */
const ATTEMPT_MS = 15_000;

interface Post {
  readonly url: string;
  /** The id of the event. It is the same for each attempt, so a receiver recognizes a repetition. */
  readonly id: string;
  readonly body: string;
  readonly secrets: readonly Uint8Array[];
  /** UTC epoch milliseconds. */
  readonly at: number;
}

export interface PostResult {
  /** The status of the response; `null` without one. */
  readonly status: number | null;
  readonly latencyMs: number;
  /** Why there is no success, in words that hold nothing of the response; `null` for 2xx. */
  readonly error: string | null;
  /** How long the receiver wants to be left alone. */
  readonly retryAfterMs: number | null;
}

/** Sends events. `send` never rejects: each failure is a result. */
export interface WebhookPoster {
  send(post: Post, signal: AbortSignal): Promise<PostResult>;
}

type Resolve = (host: string) => Promise<readonly { readonly address: string; readonly family: number }[]>;

export interface PosterOptions {
  readonly allowPrivate: boolean;
  readonly resolve?: Resolve;
  readonly timeoutMs?: number;
}

const resolveAll: Resolve = (host) => resolve(host, { all: true, verbatim: true });

export function createWebhookPoster(options: PosterOptions): WebhookPoster {
  const { timeoutMs = ATTEMPT_MS } = options;
  return {
    async send(post, ending) {
      const startedAt = performance.now();
      const signal = AbortSignal.any([ending, AbortSignal.timeout(timeoutMs)]);
      try {
        const head = await exchange(post, options, signal);
        return { ...head, latencyMs: Math.round(performance.now() - startedAt) };
      } catch (error) {
        const latencyMs = Math.round(performance.now() - startedAt);
        return { status: null, latencyMs, error: causeOf(error, signal, timeoutMs), retryAfterMs: null };
      }
    },
  };
}

/** An address that must not be connected to. */
class AddressRefused extends Error {}

async function exchange(
  { url: text, id, body, secrets, at }: Post,
  { allowPrivate, resolve: resolveName = resolveAll }: PosterOptions,
  signal: AbortSignal,
): Promise<Omit<PostResult, "latencyMs">> {
  const url = new URL(text);
  const host = url.hostname.replace(/^\[|\]$/g, "");
  const family = isIP(host);
  const addresses = family === 0 ? await withSignal(resolveName(host), signal) : [{ address: host, family }];
  requireAllowed(url, addresses, allowPrivate);
  const timestamp = Math.floor(at / 1000);
  const headers = {
    "Content-Type": "application/json",
    "Content-Length": Buffer.byteLength(body),
    "User-Agent": `Mintmark/${VERSION}`,
    "webhook-id": id,
    "webhook-timestamp": timestamp,
    "webhook-signature": secrets.map((secret) => signatureOf(secret, id, timestamp, body)).join(" "),
  };
  const [first] = addresses;
  const send = url.protocol === "https:" ? requestHttps : requestHttp;
  const { promise, resolve: answer, reject } = Promise.withResolvers<Omit<PostResult, "latencyMs">>();
  const request = send(
    url,
    {
      method: "POST",
      headers,
      // A connection for each attempt: a pooled one could lead to an address that was checked long ago.
      agent: false,
      signal,
      lookup: (_host, { all }, done) => {
        if (all === true) done(null, addresses as { address: string; family: number }[]);
        else done(null, first?.address ?? "", first?.family);
      },
    },
    (response) => {
      answer(resultOf(response));
      response.destroy();
    },
  );
  request.on("error", reject);
  // A receiver that switches protocols sends no response that the callback above would get.
  request.on("upgrade", (response, socket) => {
    answer(resultOf(response));
    socket.destroy();
  });
  // Whatever else ends the connection ends the attempt.
  request.on("close", () => reject(new Error("the connection was closed without a response")));
  request.end(body);
  return promise;
}

function resultOf({ statusCode: status = 0, headers }: IncomingMessage): Omit<PostResult, "latencyMs"> {
  const retryAfter = Number(headers["retry-after"] ?? Number.NaN);
  return {
    status,
    error: status >= 200 && status < 300 ? null : `The response had the status ${status}.`,
    retryAfterMs: Number.isInteger(retryAfter) && retryAfter >= 0 ? retryAfter * 1000 : null,
  };
}

/** `v1,` and the base64 of HMAC-SHA256 over id, timestamp and body, as Standard Webhooks define it. */
function signatureOf(secret: Uint8Array, id: string, timestamp: number, body: string): string {
  return `v1,${createHmac("sha256", secret).update(`${id}.${timestamp}.${body}`).digest("base64")}`;
}

function withSignal<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  const { promise, reject } = Promise.withResolvers<never>();
  const abort = (): void => reject(signal.reason as Error);
  if (signal.aborted) abort();
  signal.addEventListener("abort", abort, { once: true });
  return Promise.race([work, promise]).finally(() => signal.removeEventListener("abort", abort));
}

function blockList(subnets: readonly string[]): BlockList {
  const list = new BlockList();
  for (const subnet of subnets) {
    const [address = "", bits] = subnet.split("/");
    list.addSubnet(address, Number(bits), address.includes(":") ? "ipv6" : "ipv4");
  }
  return list;
}

const LOOPBACK = blockList(["127.0.0.0/8", "::1/128"]);

/** Networks of the operator, by RFC 1918, RFC 4193 and RFC 6598, and IPv6 that is an IPv4 address without a prefix. */
const PRIVATE = blockList(["10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10", "fc00::/7", "::/96"]);

/**
 * Addresses that no webhook may have: of this host, link-local (where clouds keep the credentials of a machine), multicast,
 * reserved, for documentation, and IPv6 that embeds an IPv4 address, which a gateway could translate into a private one.
 */
const NEVER = blockList([
  "0.0.0.0/8",
  "169.254.0.0/16",
  "192.0.0.0/24",
  "192.0.2.0/24",
  "192.88.99.0/24",
  "198.18.0.0/15",
  "198.51.100.0/24",
  "203.0.113.0/24",
  "224.0.0.0/3",
  "::/128",
  "::ffff:0:0:0/96",
  "64:ff9b::/96",
  "64:ff9b:1::/48",
  "100::/64",
  "2001::/32",
  "2001:db8::/32",
  "2002::/16",
  "3fff::/20",
  "5f00::/16",
  "fe80::/10",
  "fec0::/10",
  "ff00::/8",
]);

function isIn(list: BlockList, address: string): boolean {
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address)?.[1];
  if (mapped !== undefined) return list.check(mapped, "ipv4");
  return list.check(address, address.includes(":") ? "ipv6" : "ipv4");
}

/** Whether a webhook may lead to this address. */
function isAllowed(address: string, allowPrivate: boolean): boolean {
  if (isIP(address) === 0 || isIn(NEVER, address)) return false;
  return allowPrivate || !(isIn(LOOPBACK, address) || isIn(PRIVATE, address));
}

function requireAllowed(url: URL, addresses: readonly { readonly address: string }[], allowPrivate: boolean): void {
  if (addresses.length === 0) throw new AddressRefused("The host name has no address.");
  if (!addresses.every(({ address }) => isAllowed(address, allowPrivate)))
    throw new AddressRefused("The host has an address in a private or reserved network, which this instance refuses.");
  if (url.protocol !== "https:" && !addresses.every(({ address }) => isIn(LOOPBACK, address)))
    throw new AddressRefused("The connection is not encrypted: only loopback may be reached by http.");
}

/** Why a webhook cannot have this URL, as far as its text says; `null` when it can. */
export function problemOfUrl(text: string, allowPrivate: boolean): string | null {
  const url = URL.parse(text);
  if (url === null || !/^https?:$/.test(url.protocol)) return "Enter a URL that begins with https://.";
  if (url.username !== "" || url.password !== "") return "Leave user and password out: deliveries are signed.";
  if (url.hash !== "") return "Leave out the part after #: it is never sent.";
  const host = url.hostname.replace(/^\[|\]$/g, "");
  const isLoopback = host === "localhost" || (isIP(host) !== 0 && isIn(LOOPBACK, host));
  if (url.protocol === "http:" && !(allowPrivate && isLoopback)) return "The URL must begin with https://.";
  if (isLoopback ? !allowPrivate : isIP(host) !== 0 && !isAllowed(host, allowPrivate))
    return "The host is in a private or reserved network, which this instance refuses.";
  return null;
}

/** The cause in words. Codes of the system are shown, messages are not: they can quote what the receiver sent. */
function causeOf(error: unknown, signal: AbortSignal, timeoutMs: number): string {
  if (error instanceof AddressRefused) return error.message;
  if (signal.aborted) return `There was no response within ${Math.round(timeoutMs / 1000)} seconds.`;
  const { code } = error as NodeJS.ErrnoException;
  return typeof code === "string" && /^[A-Z0-9_]+$/.test(code)
    ? `The receiver could not be reached: ${code}.`
    : "The receiver could not be reached.";
}
