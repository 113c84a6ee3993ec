// The one way this app talks to the server. Rule: every other file in this folder is one resource's
// requests, `answerOf(api.GET(…))`, typed by openapi.json; nothing outside this folder sends a request.
// Credentials are the session cookie alone, so no secret passes through here except in the answers that
// show one once.
import createClient, { type Client } from "openapi-fetch";
import type { paths } from "./openapi.generated.ts";
import { isSignedOut, networkProblem, parseProblem, Problem, sessionEnded } from "./problem.ts";

export const api: Client<paths> = createClient<paths>({
  headers: { Accept: "application/json" },
  credentials: "same-origin",
  cache: "no-store",
  fetch: send,
});

async function send(request: Request): Promise<Response> {
  // Also without a body: a form on another site cannot send this type.
  if (request.method !== "GET") request.headers.set("Content-Type", "application/json");
  try {
    return await fetch(request);
  } catch (error) {
    if (request.signal.aborted) throw error;
    throw networkProblem();
  }
}

interface Exchange {
  readonly data?: unknown;
  readonly error?: unknown;
  readonly response: Response;
}

/** The data of a successful answer. Throws a `Problem` for every refusal and failure. */
export async function answerOf<Result extends Exchange>(
  call: Promise<Result>,
): Promise<Exclude<Result["data"], undefined>> {
  const { data, error, response } = await call.catch(unreadable);
  if (response.ok) return data as Exclude<Result["data"], undefined>;
  const problem = parseProblem(response.status, error, response.headers.get("Retry-After"));
  if (!isSignedOut(problem)) throw problem;
  for (const listener of signedOutListeners) listener();
  throw sessionEnded(problem);
}

/** For answers without a body. */
export async function done(call: Promise<Exchange>): Promise<void> {
  await answerOf(call);
}

const signedOutListeners = new Set<() => void>();

/** Calls the listener whenever an answer says that the session has ended. Returns the unsubscriber. */
export function onSignedOut(listener: () => void): () => void {
  signedOutListeners.add(listener);
  return () => signedOutListeners.delete(listener);
}

/** Something between here and the server answered 200 with a page of its own. */
function unreadable(error: unknown): never {
  if (!(error instanceof SyntaxError)) throw error;
  throw new Problem({
    status: 502,
    code: "unavailable",
    title: "The answer did not come from Mintmark",
    detail: "A proxy or a sign-in page of your network may have answered instead. Reload the page and try again.",
  });
}

// Lists come in pages. Most screens here want the whole list, so that searching it is honest.

interface Page<Item> {
  readonly items: readonly Item[];
  readonly nextCursor: string | null;
}

/** How a list that is read page by page, as far as one scrolls, goes on. */
export const PAGED = {
  initialPageParam: null as string | null,
  getNextPageParam: (page: { readonly nextCursor: string | null }): string | null => page.nextCursor,
} as const;

const PAGE_SIZE = 200;
/** 5,000 rows: beyond that a screen says that it shows the first ones. */
const MAX_PAGES = 25;

/** Follows the cursors to the end, or to `MAX_PAGES`; then `nextCursor` tells that there is more. */
export async function collectPages<Item>(
  fetchPage: (query: { readonly limit: number; readonly cursor?: string }) => Promise<Page<Item>>,
): Promise<Page<Item>> {
  const items: Item[] = [];
  let cursor: string | null = null;
  for (let pages = 0; pages < MAX_PAGES; pages++) {
    const page: Page<Item> = await fetchPage({ limit: PAGE_SIZE, ...(cursor === null ? {} : { cursor }) });
    items.push(...page.items);
    cursor = page.nextCursor;
    if (cursor === null) break;
  }
  return { items, nextCursor: cursor };
}
