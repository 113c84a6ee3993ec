// `/forward-auth`: a reverse proxy calls it before it lets a request through. `node:http` handles it directly, without
// the HTTP framework, because a product's proxy calls it once for each of the product's requests.
// The status is 200, 401, 403 or 503 only, because nginx turns any other status into a 500.
import type { IncomingMessage, ServerResponse } from "node:http";
import { type CredentialCode, intake, type IntakeCode, type Principal } from "@mintmark/core";
import { remembering } from "../bounded.ts";
import { EXPIRES_HEADER, FORWARD_AUTH_PATH, nearEndText, routeOf } from "./request.ts";
import type { Verification, Verifier } from "./verifier.ts";

/** The refusals that are not about a credential. */
export type ProxyRefusalCode = "field_unknown" | "identity_header_forged" | "verifier_unavailable";

/** Sends a refusal as a response. The HTTP layer supplies it, so that all refusals of the product look the same. */
type SendRefusal = (
  request: IncomingMessage,
  response: ServerResponse,
  refusal: {
    readonly code: CredentialCode | IntakeCode | ProxyRefusalCode;
    readonly status: 401 | 403 | 503;
    readonly missing?: readonly string[];
    /** The client's address, or `null` when it is unknown. A policy that names networks refuses an unknown address. */
    readonly ip?: string | null;
  },
) => void;

export interface ForwardAuthDeps {
  readonly verifier: Verifier;
  readonly clientAddress: (peer: string | undefined, forwardedFor: string | undefined) => string | null;
  readonly sendRefusal: SendRefusal;
  readonly onError: (error: unknown) => void;
  /** Whether `X-Mintmark-User` holds Mintmark's id of the user or the host's. */
  readonly subject: "internal" | "external";
}

/** The permission that the proxy's configuration requires of the token. */
type Demand =
  | { readonly kind: "any" }
  | { readonly kind: "permission"; readonly permission: string }
  | { readonly kind: "by-method"; readonly read: string; readonly write: string };

const READ_METHODS = new Set(["GET", "HEAD", "OPTIONS"]);
const USER_AGENT_LENGTH = 300;

export function createForwardAuth(deps: ForwardAuthDeps): (request: IncomingMessage, response: ServerResponse) => void {
  const demandOf = remembering(1000, (url: string) => parseDemand(url.slice(FORWARD_AUTH_PATH.length + 1)));
  return (request, response) => {
    const demand = demandOf(request.url as string);
    if (demand === null) return deps.sendRefusal(request, response, { code: "field_unknown", status: 403 });
    if (claimsIdentity(request.rawHeaders))
      return deps.sendRefusal(request, response, { code: "identity_header_forged", status: 403 });
    const taken = intake(request.rawHeaders);
    if (!taken.ok) return deps.sendRefusal(request, response, { code: taken.code, status: 401 });
    const { headers } = request;
    const client = {
      ip: deps.clientAddress(request.socket.remoteAddress, headers["x-forwarded-for"] as string | undefined),
      userAgent: headers["user-agent"]?.slice(0, USER_AGENT_LENGTH) ?? null,
      route: askedRoute(headers),
    };
    const finish = (verification: Verification): void => {
      if (verification.ok) return allow(response, verification.principal, deps.subject);
      const { code, missing } = verification;
      deps.sendRefusal(request, response, {
        code,
        status: code === "permission_denied" ? 403 : 401,
        ip: client.ip,
        ...(missing === undefined ? {} : { missing }),
      });
    };
    const fail = (error: unknown): void => {
      deps.onError(error);
      deps.sendRefusal(request, response, { code: "verifier_unavailable", status: 503 });
    };
    try {
      const verification = deps.verifier.verify(taken.secret, client, permissionOf(demand, request));
      if (verification instanceof Promise) verification.then(finish, fail);
      else finish(verification);
    } catch (error) {
      fail(error);
    }
  };
}

/** CGI, WSGI and PHP map all of these names to one, so an application cannot distinguish them from the header that we set. */
const READ_AS_OURS = /^x[^a-z0-9]mintmark[^a-z0-9]/i;
const NAMES_ONE = /x[^a-z0-9]mintmark/i;
const CODE_OF_M = 0x6d;
const TO_LOWER_CASE = 0x20;

/**
 * Returns whether the client sent a header that the API could take for one of ours, or named one in `Connection` (a
 * proxy then deletes it) or in `Trailer` (it then follows the body). If a proxy forwarded such a request, with or
 * without our headers, the API would read an identity that the client made up.
 */
function claimsIdentity(rawHeaders: readonly string[]): boolean {
  for (let i = 0; i < rawHeaders.length; i += 2) {
    const name = rawHeaders[i] as string;
    // Few names have an M there or are as long as those two. Any other name costs one comparison of numbers.
    if ((name.charCodeAt(2) | TO_LOWER_CASE) === CODE_OF_M && READ_AS_OURS.test(name)) return true;
    if (name.length !== 10 && name.length !== 7) continue;
    if (/^(?:connection|trailer)$/i.test(name) && NAMES_ONE.test(rawHeaders[i + 1] as string)) return true;
  }
  return false;
}

/**
 * Returns `null` for an unknown, empty or repeated parameter, and for a combination without a meaning. The caller
 * refuses the request, because a typo must not grant access.
 */
function parseDemand(query: string): Demand | null {
  const given = new Map<string, string>();
  for (const [name, value] of new URLSearchParams(query)) {
    if (given.has(name) || value === "") return null;
    given.set(name, value);
  }
  const permission = given.get("permission");
  const read = given.get("read");
  const write = given.get("write");
  if (given.size === 0) return { kind: "any" };
  if (given.size === 1 && permission !== undefined) return { kind: "permission", permission };
  if (given.size === 2 && read !== undefined && write !== undefined) return { kind: "by-method", read, write };
  return null;
}

const PROXY_METHODS = ["x-forwarded-method", "x-original-method"] as const;
/** With the other three headers, a client can make some frameworks use a method other than the request's. */
const METHODS = [...PROXY_METHODS, "x-http-method-override", "x-http-method", "x-method-override"] as const;

/**
 * A missing or unknown method counts as a write. So does a disagreement between the two headers, and a request whose
 * override header names a write.
 */
function permissionOf(demand: Demand, { headers }: IncomingMessage): string | undefined {
  if (demand.kind === "any") return undefined;
  if (demand.kind === "permission") return demand.permission;
  const isKnown = PROXY_METHODS.some((name) => headers[name] !== undefined);
  const isRead = METHODS.every((name) => headers[name] === undefined || isReadMethod(headers[name]));
  return isKnown && isRead ? demand.read : demand.write;
}

function isReadMethod(method: string | readonly string[]): boolean {
  return READ_METHODS.has(String(method).toUpperCase());
}

/** The method and path that the proxy reports. They serve only the history of use, never a decision. */
function askedRoute(headers: IncomingMessage["headers"]): string | null {
  const method = headers["x-forwarded-method"] ?? headers["x-original-method"];
  const url = headers["x-forwarded-uri"] ?? headers["x-original-uri"] ?? headers["x-original-url"];
  return routeOf(method as string | undefined, url as string | undefined);
}

const joined = new WeakMap<readonly string[], string>();

function joinedPermissions(permissions: readonly string[]): string {
  let text = joined.get(permissions);
  if (text === undefined) joined.set(permissions, (text = permissions.join(",")));
  return text;
}

/**
 * The host's id in a header. Outside these characters, each is percent-encoded: programs split a header's value at commas,
 * trim it, or read quotes in it, and so could take one person's id for another's.
 */
function headerText(id: string): string {
  return PLAIN.test(id) ? id : id.replaceAll(NOT_PLAIN, (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`);
}

const PLAIN = /^[\w.~@|:/+=-]*$/;
const NOT_PLAIN = /[^\w.~@|:/+=-]/g;

/**
 * Sends every header every time, empty where there is no value, so that a proxy always overwrites what a client sent.
 * Only the header for the client itself is left out while the token's end is far away.
 */
function allow(response: ServerResponse, principal: Principal, subject: ForwardAuthDeps["subject"]): void {
  const { user, organization, credential } = principal;
  const externalId = headerText(user?.externalId ?? "");
  const expires = nearEndText(credential);
  response.writeHead(200, [
    "X-Mintmark-User",
    subject === "external" ? externalId : (user?.id ?? ""),
    "X-Mintmark-User-External-Id",
    externalId,
    "X-Mintmark-Email",
    user?.emailVerified === true && /^[\x21-\x7e]+$/.test(user.email) ? user.email : "",
    "X-Mintmark-Organization",
    organization.id,
    "X-Mintmark-Organization-External-Id",
    headerText(organization.externalId ?? ""),
    "X-Mintmark-Role",
    principal.role,
    "X-Mintmark-Permissions",
    joinedPermissions(principal.permissions),
    "X-Mintmark-Credential",
    credential.id,
    "X-Mintmark-Credential-Kind",
    credential.kind,
    "Cache-Control",
    "no-store",
    "Content-Length",
    "0",
    ...(expires === null ? NOTHING : [EXPIRES_HEADER, expires]),
  ]);
  response.end();
}

const NOTHING: readonly string[] = [];
