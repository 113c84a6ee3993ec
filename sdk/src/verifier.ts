// Verifies the credential of a request: read it, ask the instance, read its response strictly.
// Guarantee: `verify` never throws for a request, a response or a network. Everything that is no clear "active" is a
// refusal, and the request must not continue.
// Deliberately absent: a cache. A cached verdict would let a revoked token pass until it is forgotten.
import type { Permission } from "./catalogue.ts";
import { exchange, type Fetch, jsonOf, type Line, NoResponse, type Received } from "./exchange.ts";
import { addressOf, isObject, keyOf } from "./options.ts";
import { type Principal, readPrincipal } from "./principal.ts";
import { refused, type RefusalFacts, type Refused } from "./refusal.ts";
import { type CredentialSource, readSource, type Told } from "./source.ts";

export interface VerifierOptions {
  /** The address of the instance, as your service reaches it: `https://mintmark.example.com`. */
  readonly url: string;
  /** The service key, `mm_svc_…`, that an instance admin made for your service. */
  readonly serviceKey: string;
  /** How long a verification may take, in milliseconds. After it the request is refused with 503. 3000 by default. */
  readonly timeoutMs?: number;
  /** The address of the instance for people, in the problem documents. `url` by default. */
  readonly publicUrl?: string;
  /** Sends the requests. The global `fetch` by default. */
  readonly fetch?: Fetch;
}

export interface VerifyOptions {
  /** Also require this permission. */
  readonly permission?: Permission | undefined;
  /**
   * The IP address of your client, for network policies and the audit log. Without it, a policy with networks refuses the
   * credential. Text that is no IP address counts as an unknown address.
   */
  readonly ip?: string | null | undefined;
}

export interface Verified {
  readonly ok: true;
  readonly principal: Principal;
  /** Whether the credential has the permission now. */
  readonly can: (permission: Permission) => boolean;
  /** The refusal for a route that finds out by itself that the credential lacks a permission. */
  readonly forbidden: (permission: Permission) => Refused;
}

export type Verification = Verified | Refused;

export interface Verifier {
  /**
   * Verifies the one credential of a request, of its headers, or given as text. It asks the instance every time. It throws
   * a TypeError only for a source or a permission that is no such thing, which is a programmer's error.
   */
  readonly verify: (source: CredentialSource, options?: VerifyOptions) => Promise<Verification>;
}

/** The body of a question to the instance. */
export interface Question extends Told {
  readonly token: string;
  readonly permission?: string;
  readonly ip?: string;
}

export type Answer =
  | { readonly kind: "active"; readonly principal: Principal; readonly requestId?: string | null }
  | { readonly kind: "inactive"; readonly code: string; readonly requestId?: string | null }
  | { readonly kind: "unavailable"; readonly cause: string };

const TIMEOUT_MS = 3000;

/** Creates a verifier. Throws a TypeError for options that are not valid. */
export function createVerifier(options: VerifierOptions): Verifier {
  const origin = addressOf("url", options.url);
  const key = keyOf("serviceKey", options.serviceKey, "service_key");
  const { timeoutMs = TIMEOUT_MS, publicUrl, fetch } = options;
  if (!Number.isInteger(timeoutMs) || timeoutMs < 1 || timeoutMs > 60_000)
    throw new TypeError("timeoutMs must be a whole number from 1 to 60000");
  const line: Line = { fetch, timeoutMs, mostBytes: MOST_BYTES };
  const headers = { Authorization: `Bearer ${key}`, "Content-Type": "application/json", Accept: "application/json" };
  return verifierOver(
    async (question) => {
      try {
        const init = { method: "POST", headers, body: JSON.stringify(question) };
        return answerOf(await exchange(line, `${origin}/api/verify`, init));
      } catch (error) {
        return { kind: "unavailable", cause: error instanceof NoResponse ? error.message : "the request failed" };
      }
    },
    publicUrl === undefined ? origin : addressOf("publicUrl", publicUrl),
  );
}

/** An answer lists a role's permissions, and no catalogue comes near this. */
const MOST_BYTES = 256 * 1024;

/** A verifier that asks somebody: the instance, or the one in memory. */
export function verifierOver(ask: (question: Question) => Promise<Answer>, origin: string): Verifier {
  return {
    async verify(source, { permission, ip } = {}) {
      if (permission !== undefined && (typeof permission !== "string" || permission === "" || permission.length > 100))
        throw new TypeError("permission must be the name of a permission, such as scans:read");
      const { taken, told } = readSource(source);
      if (!taken.ok) return refused({ code: taken.code, origin });
      const address = typeof ip === "string" && isAddress(ip) ? ip : null;
      const answer = await ask({
        token: taken.secret,
        ...(permission === undefined ? {} : { permission }),
        ...(address === null ? {} : { ip: address }),
        ...bounded(told),
      });
      const asked = { permission, isAddressUnknown: address === null, origin };
      return answer.kind === "active" ? verified(answer, asked) : refusedBy(answer, asked);
    },
  };
}

type Asked = Pick<RefusalFacts, "permission" | "isAddressUnknown" | "origin">;

/** The permission was part of the question. It is checked again, so that no answer can leave it out. */
function verified({ principal, requestId = null }: Extract<Answer, { kind: "active" }>, asked: Asked): Verification {
  const { permissions } = principal;
  const can = (permission: string): boolean => permissions.includes(permission);
  const forbidden = (permission: string): Refused =>
    refused({ ...asked, permission, code: "permission_denied", requestId });
  if (asked.permission !== undefined && !can(asked.permission)) return forbidden(asked.permission);
  return { ok: true, principal, can, forbidden };
}

function refusedBy(answer: Exclude<Answer, { kind: "active" }>, asked: Asked): Refused {
  if (answer.kind === "unavailable") return refused({ ...asked, code: "verifier_unavailable", cause: answer.cause });
  return refused({ ...asked, code: answer.code, requestId: answer.requestId ?? null });
}

/** Every response but a plain 200 with a whole verdict means that nobody knows, so the request is refused with 503. */
function answerOf(received: Received): Answer {
  const { status, headers } = received;
  const value = jsonOf(received);
  const fields = isObject(value) ? value : {};
  if (status !== 200) {
    const code = typeof fields["code"] === "string" && CODE.test(fields["code"]) ? ` ${fields["code"]}` : "";
    const hint = status === 401 || status === 403 ? ": it refuses the service key" : "";
    return { kind: "unavailable", cause: `the instance responded with ${status}${code}${hint}` };
  }
  const id = headers.get("x-request-id");
  const requestId = id !== null && REQUEST_ID.test(id) ? id : null;
  const { active, code } = fields;
  if (active === true) {
    const principal = readPrincipal(fields);
    if (principal !== null) return { kind: "active", principal, requestId };
  }
  if (active === false && typeof code === "string" && CODE.test(code) && !OURS.has(code))
    return { kind: "inactive", code, requestId };
  return { kind: "unavailable", cause: "the instance responded with 200 but without a verdict" };
}

const CODE = /^[a-z][a-z0-9_]{0,63}$/;
const REQUEST_ID = /^[0-9a-f]{32}$/;
/** Codes that no verdict has. They say something about our own request. */
const OURS: ReadonlySet<string> = new Set(["credentials_missing", "verifier_unavailable"]);

/** The bounds of the server, so that a long header of a client does not make a question invalid. */
function bounded({ userAgent, method, path }: Told): Told {
  return {
    ...(userAgent === undefined ? {} : { userAgent: userAgent.slice(0, 1000) }),
    ...(method === undefined ? {} : { method: method.slice(0, 20) }),
    ...(path === undefined ? {} : { path: path.slice(0, 2000) }),
  };
}

const IPV4 = /^(?:(?:25[0-5]|2[0-4]\d|1?\d?\d)(?:\.(?!$)|$)){4}$/;

/** Whether the server takes the text for an address. A zone (`fe80::1%eth0`) is allowed. */
function isAddress(text: string): boolean {
  if (!text.includes(":")) return IPV4.test(text);
  const zone = text.indexOf("%");
  return text.length <= 100 && URL.canParse(`http://[${zone === -1 ? text : text.slice(0, zone)}]`);
}
