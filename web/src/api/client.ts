// The HTTP client. Every other file in this folder holds the requests of one domain, `dataOf(api.GET(…))`, with
// types from openapi.json. Nothing outside this folder sends a request. The session cookie is the only credential, so
// a secret passes through here only in a response that shows it once.
import createClient, { type Client } from "openapi-fetch";
import type { paths } from "./openapi.generated.ts";
import { isSignedOut, networkProblem, parseProblem, Problem, sessionEnded } from "./problem.ts";

type Send = (request: Request) => Promise<Response>;

let sendAuthorized: Send = (request) => fetch(request);

/** From now on, requests go through this function, which adds the credential. For a page that has no cookie. */
export function authorizeBy(send: Send): void {
  sendAuthorized = send;
}

const OPTIONS = { headers: { Accept: "application/json" }, cache: "no-store" } as const;

export const api: Client<paths> = createClient<paths>({
  ...OPTIONS,
  credentials: "same-origin",
  fetch: (request) => exchange(request, sendAuthorized),
});

/** For requests without any credential. */
export const bareApi: Client<paths> = createClient<paths>({
  ...OPTIONS,
  credentials: "omit",
  fetch: (request) => exchange(request, fetch),
});

async function exchange(request: Request, send: Send): Promise<Response> {
  // Also without a body, since a form on another site cannot send this type.
  if (request.method !== "GET") request.headers.set("Content-Type", "application/json");
  try {
    return await send(request);
  } catch (error) {
    if (request.signal.aborted || error instanceof Problem) throw error;
    throw networkProblem();
  }
}

interface Exchange {
  readonly data?: unknown;
  readonly error?: unknown;
  readonly response: Response;
}

/** Returns the data of a successful response. Throws a `Problem` for every refusal and failure. */
export async function dataOf<Result extends Exchange>(
  call: Promise<Result>,
): Promise<Exclude<Result["data"], undefined>> {
  const { data, error, response } = await call.catch(unreadable);
  if (response.ok) return data as Exclude<Result["data"], undefined>;
  const problem = parseProblem(response.status, error, response.headers.get("Retry-After"));
  throw isSignedOut(problem) ? signedOut(problem) : problem;
}

/** Reports that the browser is not signed in, and returns the problem to throw. */
export function signedOut(refusal: Pick<Problem, "status" | "code" | "requestId"> = NO_SESSION): Problem {
  for (const listener of signedOutListeners) listener();
  return sessionEnded(refusal);
}

const NO_SESSION = { status: 401, code: "credentials_missing", requestId: null };

/** For responses without a body. */
export async function done(call: Promise<Exchange>): Promise<void> {
  await dataOf(call);
}

const signedOutListeners = new Set<() => void>();

/** Calls the listener whenever a response says that the session has ended. Returns a function that unsubscribes. */
export function onSignedOut(listener: () => void): () => void {
  signedOutListeners.add(listener);
  return () => signedOutListeners.delete(listener);
}

const signedInListeners = new Set<() => void>();

/** Calls the listener whenever somebody has signed in. Returns a function that unsubscribes. */
export function onSignedIn(listener: () => void): () => void {
  signedInListeners.add(listener);
  return () => signedInListeners.delete(listener);
}

export function reportSignedIn(): void {
  for (const listener of signedInListeners) listener();
}

/** A proxy between the browser and the server responded with its own page. */
function unreadable(error: unknown): never {
  if (!(error instanceof SyntaxError)) throw error;
  throw new Problem({
    status: 502,
    code: "unavailable",
    title: "The response did not come from Mintmark",
    detail: "A proxy or a sign-in page of your network may have responded instead. Reload the page and try again.",
  });
}

// Lists come in pages. Most screens read the whole list, so that a search covers all of it.

interface Page<Item> {
  readonly items: readonly Item[];
  readonly nextCursor: string | null;
}

/** The paging of an infinite query. */
export const PAGED = {
  initialPageParam: null as string | null,
  getNextPageParam: (page: { readonly nextCursor: string | null }): string | null => page.nextCursor,
} as const;

const PAGE_SIZE = 200;
/** 5,000 rows. Beyond that, a screen says that the list is incomplete. */
const MAX_PAGES = 25;

/** Follows the cursors to the end, or for `MAX_PAGES` pages. Then `nextCursor` shows that there is more. */
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
