// The one way this app talks to the server. Rule: every other file in this folder is one resource's
// requests, built on `request`; nothing outside this folder calls fetch. Credentials are the session
// cookie alone, so no secret passes through here except in the answers that show one once.
import { isSignedOut, networkProblem, parseProblem } from "./problem.ts";

type Method = "GET" | "POST" | "PUT" | "PATCH" | "DELETE";
type Query = Readonly<Record<string, string | number | null | undefined>>;

interface RequestOptions {
  readonly query?: Query;
  readonly body?: object;
  readonly signal?: AbortSignal;
}

const signedOutListeners = new Set<() => void>();

/** Calls the listener whenever an answer says that the session has ended. Returns the unsubscriber. */
export function onSignedOut(listener: () => void): () => void {
  signedOutListeners.add(listener);
  return () => signedOutListeners.delete(listener);
}

/** Sends one request and gives the parsed answer. Throws a `Problem` for every refusal and failure. */
export async function request<Answer>(method: Method, path: string, options: RequestOptions = {}): Promise<Answer> {
  const response = await send(method, path, options);
  if (response.status === 204) return undefined as Answer;
  const body: unknown = await response.json().catch(() => null);
  if (response.ok && body !== null) return body as Answer;
  const problem = parseProblem(response.ok ? 502 : response.status, body, response.headers.get("Retry-After"));
  if (isSignedOut(problem)) for (const listener of signedOutListeners) listener();
  throw problem;
}

async function send(method: Method, path: string, options: RequestOptions): Promise<Response> {
  const headers: Record<string, string> = { Accept: "application/json" };
  const init: RequestInit = { method, headers, credentials: "same-origin", cache: "no-store" };
  if (method !== "GET") headers["Content-Type"] = "application/json";
  if (method !== "GET" && (method !== "DELETE" || options.body)) init.body = JSON.stringify(options.body ?? {});
  if (options.signal) init.signal = options.signal;
  try {
    return await fetch(`/api${path}${queryString(options.query)}`, init);
  } catch (error) {
    if (options.signal?.aborted) throw error;
    throw networkProblem();
  }
}

function queryString(query: Query = {}): string {
  const params = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) {
    if (value !== undefined && value !== null && value !== "") params.set(name, String(value));
  }
  const text = params.toString();
  return text === "" ? "" : `?${text}`;
}

/** A path segment that came from data. */
export function segment(id: string): string {
  return encodeURIComponent(id);
}
