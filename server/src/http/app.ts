// The HTTP application. Every operation passes the same steps, in this order: no token in the URL, no request forged by
// another site, authentication, path, query and body as declared, the use case, the response.
// Rule: nothing here decides about tokens or people. It parses, calls a use case and presents the result.
import type { HttpBindings } from "@hono/node-server";
import { intake, secretPattern, TOKEN_IN_URL_TEXT } from "@mintmark/core";
import { type Context, Hono } from "hono";
import type { BaseLogger } from "pino";
import { notFound, Refusal, type RequestOrigin } from "../use-cases/use-case.ts";
import type { Verified } from "../verify/verifier.ts";
import { clientIntake, EXPIRES_HEADER, nearEndText } from "../verify/request.ts";
import { authenticate, type Endpoint, takesServerKey, type TransportDeps, requestIdOf } from "../wire/request.ts";
import { type Hosts, refuseCrossSite, type SessionCookie } from "./browser.ts";
import { fileHeaders, fileStream } from "./file-response.ts";
import type { Operation, OperationResponse } from "./operation.ts";
import type { PageRequest, PageRoute } from "./pages/page.ts";
import { isProxyQuestion, type WebApp } from "./pages/web-app.ts";
import { oauthErrorOf } from "./oauth-error.ts";
import { problemOf, refusalOfError } from "../wire/problem.ts";
import { parseInput, readBody } from "../wire/schema.ts";

export interface AppDeps extends TransportDeps {
  readonly cookie: SessionCookie;
  readonly hosts: Hosts;
  readonly clientAddress: (peer: string | undefined, forwardedFor: string | undefined) => string | null;
  readonly logger: BaseLogger;
}

/** Everything that the application serves. */
export interface AppContent {
  readonly operations: readonly Operation[];
  readonly endpoints: readonly Endpoint[];
  readonly pages: readonly PageRoute[];
  readonly webApp: WebApp;
}

export type App = Hono<{ Bindings: Partial<HttpBindings> }>;
type AppContext = Context<{ Bindings: Partial<HttpBindings> }>;

const SECURITY_HEADERS = {
  "X-Content-Type-Options": "nosniff",
  "Referrer-Policy": "no-referrer",
  "Cache-Control": "no-store",
};
const SAFE_METHODS = new Set(["GET", "HEAD"]);
const METHOD_NOT_ALLOWED = 405;
const USER_AGENT_LENGTH = 300;

export function createApp(deps: AppDeps, { operations, endpoints, pages, webApp }: AppContent): App {
  const app: App = new Hono();
  const methods = new Map<string, string[]>();
  for (const operation of operations) {
    const path = operation.path.replaceAll(/\{(\w+)\}/g, ":$1");
    app.on(operation.method.toUpperCase(), path, async (c) => {
      const response = await run(deps, operation.operationId, c, (onVerified) =>
        handle(deps, operation, c, onVerified),
      );
      if (response.status === METHOD_NOT_ALLOWED) response.headers.set("Allow", allowOf(methods.get(path) ?? []));
      return response;
    });
    methods.set(path, [...(methods.get(path) ?? []), operation.method.toUpperCase()]);
  }
  for (const endpoint of endpoints) {
    app.on(endpoint.method, endpoint.path, (c) =>
      run(deps, endpoint.name, c, (onVerified) => pass(deps, endpoint, c, onVerified)),
    );
    methods.set(endpoint.path, [endpoint.method]);
  }
  for (const page of pages) {
    app.get(page.path, (c) => page.respond(pageRequestOf(c)));
    methods.set(page.path, ["GET"]);
    for (const path of page.checks === undefined ? [] : [page.path, ...page.checks])
      app.options(path, (c) => check(page, c));
  }
  for (const [path, allowed] of methods) {
    app.all(path, (c) => {
      const request = pageRequestOf(c);
      // An operation and a page may share an address, such as the one that mail programs post to and people open.
      const page = webApp.has(request) ? webApp.respond(request) : null;
      if (page === null) return nameMethods(deps, c, allowed);
      return SAFE_METHODS.has(c.req.method) ? page : nameMethods(deps, c, ["GET", ...allowed]);
    });
  }
  app.notFound((c) => {
    const request = pageRequestOf(c);
    if (SAFE_METHODS.has(c.req.method)) return webApp.respond(request) ?? refuse(deps, c, notFound(), false);
    return webApp.has(request) ? nameMethods(deps, c, ["GET"]) : refuse(deps, c, notFound(), false);
  });
  app.onError((error, c) => refuse(deps, c, error, false));
  return app;
}

/** Some load balancers check health with OPTIONS and read only the status. */
async function check(page: PageRoute, c: AppContext): Promise<Response> {
  const response = await page.respond(pageRequestOf(c));
  response.headers.set("Allow", allowOf(["GET"]));
  return response;
}

/** The response to a method that the address lacks: 405, or to OPTIONS the methods that it has (RFC 9110 §9.3.7). */
function nameMethods(deps: AppDeps, c: AppContext, methods: readonly string[]): Response {
  const allow = allowOf(methods);
  const isAsked = c.req.method === "OPTIONS" && !isProxyQuestion(c.req.raw.headers);
  const response = isAsked
    ? new Response(null, { status: 204, headers: { ...SECURITY_HEADERS, "X-Request-Id": requestIdOf(c.req.raw) } })
    : refuse(deps, c, new Refusal("method_not_allowed", `This address supports ${allow}.`), false);
  response.headers.set("Allow", allow);
  return response;
}

/** HEAD is supported wherever GET is, and OPTIONS everywhere. */
function allowOf(methods: readonly string[]): string {
  return [...methods.flatMap((method) => (method === "GET" ? ["GET", "HEAD"] : [method])), "OPTIONS"].join(", ");
}

function pageRequestOf(c: AppContext): PageRequest {
  const { incoming } = c.env ?? {};
  return {
    path: c.req.path,
    headers: c.req.raw.headers,
    peer: incoming?.socket.remoteAddress,
    httpVersion: incoming?.httpVersion,
  };
}

/** Handles a request. Calls `onVerified` with the principal of its credential. */
type Handle = (onVerified: (verified: Verified) => void) => Promise<Response>;

/** Runs one operation and records it in log and metrics, by the operation's name and never by the URL. */
async function run(deps: AppDeps, name: string, c: AppContext, handle: Handle): Promise<Response> {
  const startedAt = performance.now();
  const response = await withExpiry(handle);
  const milliseconds = performance.now() - startedAt;
  deps.metrics.recordRequest(name, response.status, milliseconds / 1000);
  deps.logger.info(
    {
      requestId: requestIdOf(c.req.raw),
      operation: name,
      status: response.status,
      ms: Math.round(milliseconds * 10) / 10,
    },
    "request",
  );
  return response;
}

/** A response to a credential that ends soon, including a refusal, has a header with the instant. */
async function withExpiry(handle: Handle): Promise<Response> {
  let expires: string | null = null;
  const response = await handle(({ principal }) => {
    expires = nearEndText(principal.credential);
  });
  if (expires !== null) response.headers.set(EXPIRES_HEADER, expires);
  return response;
}

async function handle(
  deps: AppDeps,
  operation: Operation,
  c: AppContext,
  onVerified: (verified: Verified) => void,
): Promise<Response> {
  const rawHeaders = rawHeadersOf(c);
  let credentialSent = false;
  try {
    const { headers } = c.req.raw;
    credentialSent = sendsCredential(headers);
    refuseTokenInUrl(deps, c.req.url);
    const cookie = deps.cookie.read(headers.get("cookie"));
    const readsCookie = !credentialSent && operation.crossSite === undefined && !takesServerKey(operation.credentials);
    if (readsCookie && !SAFE_METHODS.has(c.req.method))
      refuseCrossSite(headers, deps.settings.baseUrl, deps.hosts, cookie !== null);
    const origin = originOf(deps, c);
    // An OAuth client may authenticate in the form, so the form is read first.
    const form = operation.clientAuthentication && (await readBody(operation, c.req.raw));
    const actor = await authenticate(deps, operation, {
      taken: form === undefined ? intake(rawHeaders) : clientIntake(rawHeaders, form["client_secret"]),
      cookie,
      origin,
      operationId: operation.operationId,
      onVerified,
    }).catch((error: unknown) => signedOut(operation, error));
    const request = {
      deps,
      actor,
      origin,
      // Read only by the few operations that wait.
      get signal() {
        return c.req.raw.signal;
      },
      params: parseInput(operation.params, c.req.param(), "path"),
      query: parseInput(operation.query, queryOf(c.req.url), "query"),
      body: SAFE_METHODS.has(c.req.method)
        ? undefined
        : parseInput(operation.body, form ?? (await readBody(operation, c.req.raw)), "body"),
    };
    if (!SAFE_METHODS.has(c.req.method)) refuseConditions(headers);
    return await respond(deps, operation, await operation.handle(request as never), c);
  } catch (error) {
    return refuse(deps, c, error, credentialSent, operation);
  }
}

/** Returns the actor of a caller without a session, for an operation that has one. Throws any other refusal again. */
function signedOut({ mayBeSignedOut }: Operation, error: unknown): null {
  const isSignedOut =
    error instanceof Refusal && (error.code === "credentials_missing" || error.code === "session_ended");
  if (mayBeSignedOut === true && isSignedOut) return null;
  throw error;
}

/**
 * What an operation changes has no entity tags. So a condition that asks for a certain version, or that there be none,
 * never holds (RFC 9110 §13.1). A change that ignored it would overwrite what the client wanted to keep.
 */
function refuseConditions(headers: Headers): void {
  const ifMatch = headers.get("if-match")?.trim() ?? "*";
  if (ifMatch === "*" && headers.get("if-none-match")?.trim() !== "*") return;
  throw new Refusal(
    "precondition_failed",
    "Nothing changed, because operations have no versions to compare. Send the request without If-Match and If-None-Match.",
  );
}

/** Passes a request to an endpoint with its own protocol. It reads no cookie. */
async function pass(
  deps: AppDeps,
  endpoint: Endpoint,
  c: AppContext,
  onVerified: (verified: Verified) => void,
): Promise<Response> {
  const request = c.req.raw;
  try {
    refuseTokenInUrl(deps, request.url);
    const origin = originOf(deps, c);
    const response = await endpoint.respond({ request, rawHeaders: rawHeadersOf(c), origin, onVerified });
    for (const [name, value] of Object.entries({ ...SECURITY_HEADERS, "X-Request-Id": origin.requestId }))
      response.headers.set(name, response.headers.get(name) ?? value);
    // node:http negotiates with the client whether the connection stays open. A client that requested its end would
    // wait for it.
    response.headers.delete("connection");
    return response;
  } catch (error) {
    return refuse(deps, c, error, sendsCredential(request.headers));
  }
}

function rawHeadersOf(c: AppContext): readonly string[] {
  return c.env?.incoming?.rawHeaders ?? [...c.req.raw.headers].flat();
}

function sendsCredential(headers: Headers): boolean {
  return headers.has("authorization") || headers.has("x-api-key");
}

async function respond(
  deps: AppDeps,
  operation: Operation,
  result: OperationResponse<unknown>,
  c: AppContext,
): Promise<Response> {
  const requestId = requestIdOf(c.req.raw);
  const headers = new Headers({ ...SECURITY_HEADERS, "X-Request-Id": requestId });
  if (result.session === "clear") headers.append("Set-Cookie", deps.cookie.clear);
  else if (result.session !== undefined)
    headers.append("Set-Cookie", deps.cookie.set(result.session.cookie, result.session.expiresAt));
  if (operation.status === 204) return new Response(null, { status: 204, headers });
  if (result.file !== undefined) {
    for (const [name, value] of Object.entries(fileHeaders(result.file))) headers.set(name, value);
    const onError = (err: unknown): void => deps.logger.error({ err, requestId }, "a file could not be completed");
    const stream = await fileStream(result.file, onError);
    // The framework drops the body of a response to HEAD, so the file would stay open.
    if (c.req.method === "HEAD") await stream.cancel();
    return new Response(c.req.method === "HEAD" ? null : stream, { status: operation.status, headers });
  }
  headers.set("Content-Type", "application/json");
  return new Response(JSON.stringify(result.body), { status: operation.status, headers });
}

function refuse(
  deps: AppDeps,
  c: AppContext,
  error: unknown,
  credentialSent: boolean,
  { errorType, permission = [] }: Pick<Operation, "errorType" | "permission"> = {},
): Response {
  const requestId = requestIdOf(c.req.raw);
  const refusal = refusalOfError(error);
  // Only a fault is logged with its error. A refusal is a normal response.
  if (refusal !== error) deps.logger.error({ err: error, requestId, code: refusal.code }, "request failed");
  const bearerSent = credentialSent && !/^basic\b/i.test(c.req.header("authorization") ?? "");
  const { status, headers, body } =
    errorType === "oauth"
      ? oauthErrorOf(refusal, bearerSent)
      : problemOf(refusal, { requestId, credentialSent, scopes: [permission].flat() });
  return new Response(body, { status, headers: { ...SECURITY_HEADERS, ...headers, "X-Request-Id": requestId } });
}

function originOf(deps: AppDeps, c: AppContext): RequestOrigin {
  const { headers } = c.req.raw;
  return {
    ip: deps.clientAddress(c.env?.incoming?.socket.remoteAddress, headers.get("x-forwarded-for") ?? undefined),
    userAgent: headers.get("user-agent")?.slice(0, USER_AGENT_LENGTH) ?? null,
    requestId: requestIdOf(c.req.raw),
  };
}

/** Logs and histories keep URLs, so a token in one is refused before anything reads it. */
function refuseTokenInUrl(deps: AppDeps, url: string): void {
  const query = url.indexOf("?");
  if (query === -1) return;
  for (const brand of deps.brands) {
    if (secretPattern(brand).test(decodeQuery(url.slice(query)))) {
      throw new Refusal("token_in_url", TOKEN_IN_URL_TEXT);
    }
  }
}

function decodeQuery(query: string): string {
  try {
    return decodeURIComponent(query);
  } catch {
    return query;
  }
}

function queryOf(url: string): Readonly<Record<string, string>> {
  // Without a prototype, `__proto__` is an ordinary, unknown name.
  const query = Object.create(null) as Record<string, string>;
  for (const [name, value] of new URL(url).searchParams) {
    if (Object.hasOwn(query, name))
      throw new Refusal("field_invalid", `The parameter ${name.slice(0, 60)} was sent more than once.`);
    query[name] = value;
  }
  return query;
}
