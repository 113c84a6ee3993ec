// One request to the instance and its whole response, bounded in time and in size.
// Rule: nothing is sent to another address than the configured one, so a redirect is not followed, and a credential is in
// no message.
import { redactSecrets } from "@mintmark/core/format";

/** The part of `fetch` that the SDK uses. A worker can give one that reaches the instance without the network. */
export type Fetch = (url: string, init: RequestInit) => Promise<Response>;

export interface Line {
  readonly fetch: Fetch | undefined;
  readonly timeoutMs: number;
  /** The longest response body, in bytes. */
  readonly mostBytes: number;
}

export interface Received {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
}

/** There is no whole response: the connection failed, it took too long, or it was too large. */
export class NoResponse extends Error {
  override readonly name = "NoResponse";
}

/**
 * Sends a request and reads the whole response. Throws `NoResponse` otherwise, at the latest after `timeoutMs`, even
 * when `fetch` ignores its signal. An `abort` ends it at once.
 */
export async function exchange(line: Line, url: string, init: RequestInit, abort?: AbortSignal): Promise<Received> {
  const { fetch = globalThis.fetch, timeoutMs, mostBytes } = line;
  const ending = new AbortController();
  let timer: ReturnType<typeof setTimeout> | undefined;
  let onAbort: (() => void) | undefined;
  const early = new Promise<never>((_resolve, reject) => {
    const end = (why: string): void => {
      reject(new NoResponse(why));
      ending.abort();
    };
    timer = setTimeout(() => end(`no whole response within ${timeoutMs} ms`), timeoutMs);
    if (abort === undefined) return;
    onAbort = () => end("the request was aborted");
    if (abort.aborted) onAbort();
    else abort.addEventListener("abort", onAbort, { once: true });
  });
  try {
    return await Promise.race([
      receive(fetch, url, { ...init, signal: ending.signal, redirect: "manual" }, mostBytes),
      early,
    ]);
  } catch (error) {
    ending.abort();
    throw error instanceof NoResponse ? error : new NoResponse(`the instance cannot be reached: ${reasonOf(error)}`);
  } finally {
    clearTimeout(timer);
    if (onAbort !== undefined) abort?.removeEventListener("abort", onAbort);
  }
}

async function receive(fetch: Fetch, url: string, init: RequestInit, mostBytes: number): Promise<Received> {
  const response = await fetch(url, init);
  const { status, headers, body } = response;
  if (body === null) return { status, headers, text: "" };
  const reader = body.getReader();
  const decoder = new TextDecoder("utf-8", { fatal: true });
  let text = "";
  let bytes = 0;
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return { status, headers, text: text + decoder.decode() };
    bytes += value.byteLength;
    if (bytes > mostBytes) throw new NoResponse(`the response is larger than ${mostBytes} bytes`);
    text += decoder.decode(value, { stream: true });
  }
}

/**
 * Network errors of Node say why in their cause. The message of `fetch` itself is only that it failed. A `fetch` that was
 * given could name the request, so secrets are taken out.
 */
function reasonOf(error: unknown): string {
  return redactSecrets(causeOf(error));
}

function causeOf(error: unknown): string {
  if (!(error instanceof Error)) return "unknown";
  const { cause } = error;
  const code = cause instanceof Error && "code" in cause && typeof cause.code === "string" ? cause.code : null;
  return code ?? (cause instanceof Error && cause.message !== "" ? cause.message : error.message);
}

/** The value of a JSON response or problem document. `undefined` when the content type is another, or the text not JSON. */
export function jsonOf({ status, headers, text }: Received): unknown {
  const type = status < 400 ? /^application\/json\s*(?:;|$)/i : /^application\/(?:problem\+)?json\s*(?:;|$)/i;
  if (!type.test(headers.get("content-type") ?? "")) return undefined;
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
