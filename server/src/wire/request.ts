// The authentication of a request, by the credentials that its operation accepts, and the parts of a request that HTTP
// and MCP share.
// Rule: a credential in a header takes precedence over a cookie. A token never gets access to an operation that
// requires a session.
import { randomFillSync } from "node:crypto";
import type { CredentialKind, Intake, ManagementScope, Principal } from "@mintmark/core";
import type { Metrics } from "../metrics/metrics.ts";
import { type AnyActor, type Deps, Refusal, type RequestOrigin, type SessionActor } from "../use-cases/use-case.ts";
import type { Deliveries } from "../use-cases/event/delivery.ts";
import type { FeedWaiting } from "../use-cases/event/waiting.ts";
import { findSessionActor } from "../use-cases/session/session.ts";
import { useManagementKey } from "../use-cases/admin/management-use.ts";
import { noteServiceUse } from "../use-cases/verification.ts";
import { routeOfOperation } from "../verify/request.ts";
import type { CredentialKey, Verified, Verifier } from "../verify/verifier.ts";
import { refusalDetail } from "./problem.ts";

/**
 * Who may call an operation. `public`: anyone. `session`: a signed-in browser. `hand-off`: the session of a hand-off,
 * which reaches one membership. `instance-admin`: the session of an instance admin. `pat` and `api-key`: an active
 * credential. `service`: a service key. `management-key`: the host. Published as `x-credentials`.
 */
export type CredentialClass =
  | "public"
  | "session"
  | "hand-off"
  | "instance-admin"
  | "pat"
  | "api-key"
  | "service"
  | "management-key";

/** Whether an operation is for servers, by their key. It reads no cookie. */
export function takesServerKey(credentials: readonly CredentialClass[]): boolean {
  return credentials.includes("service") || credentials.includes("management-key");
}

/** The part of an operation that says who may call it. */
export interface Admission {
  readonly credentials: readonly CredentialClass[];
  /** The scope that a management key needs. */
  readonly scope?: ManagementScope;
}

/** The dependencies of handlers. */
export interface TransportDeps extends Deps {
  readonly verifier: Verifier;
  /** The current brand of secrets and the retired ones. */
  readonly brands: ReadonlySet<string>;
  readonly metrics: Metrics;
  /** Which uses of a management key become audit events: those that are new in kind, or every one. */
  readonly auditUse: "summary" | "strict";
  /** The requests that wait for the next event. */
  readonly feedWaiting: FeedWaiting;
  /** The deliveries to webhooks. */
  readonly webhooks: Deliveries;
}

export interface Presented {
  /** The credential of the request. */
  readonly taken: Intake;
  /** The session cookie's value. */
  readonly cookie: string | null;
  readonly origin: RequestOrigin;
  /** The operation, for the history of use. */
  readonly operationId: string;
  /** Called with the verified token or API key, also when the operation does not accept it. */
  readonly onVerified: (verified: Verified) => void;
}

/** Returns the actor, `null` for a public operation, or refuses. */
export async function authenticate(
  deps: TransportDeps,
  admission: Admission,
  presented: Presented,
): Promise<AnyActor | null> {
  const { credentials } = admission;
  if (credentials.includes("public")) return null;
  const { taken } = presented;
  if (taken.ok) return withCredential(deps, admission, taken.secret, presented);
  if (taken.code !== "credentials_missing") throw new Refusal(taken.code, refusalDetail(taken.code));
  if (readsSession(credentials)) return withSession(deps, credentials, presented);
  throw new Refusal("credentials_missing", refusalDetail("credentials_missing"));
}

function readsSession(credentials: readonly CredentialClass[]): boolean {
  return credentials.some((name) => name === "session" || name === "hand-off" || name === "instance-admin");
}

async function withSession(
  deps: TransportDeps,
  credentials: readonly CredentialClass[],
  presented: Presented,
): Promise<SessionActor> {
  if (presented.cookie === null) throw new Refusal("credentials_missing", refusalDetail("credentials_missing"));
  const actor = await findSession(deps, presented.cookie, presented);
  if (actor.session.handOff !== null) {
    if (credentials.includes("hand-off")) return actor;
    throw beyondHandOff();
  }
  if (!credentials.includes("session") && actor.user.instanceAdminAt === null) {
    throw new Refusal("instance_admin_required", "Only an instance admin can do this. Ask an instance admin.");
  }
  return actor;
}

async function findSession(deps: TransportDeps, secret: string, { origin }: Presented): Promise<SessionActor> {
  const actor = await findSessionActor(deps, secret, origin);
  if (actor === null) throw new Refusal("session_ended", "Your session has ended or expired. Sign in again.");
  return actor;
}

function beyondHandOff(): Refusal {
  return new Refusal(
    "hand_off_session_limited",
    "This session was opened for your own tokens in one organization, and this is beyond it. Sign in to the web app to do it there.",
  );
}

const CLASS_OF: Readonly<Record<CredentialKind, CredentialClass>> = {
  pat: "pat",
  api_key: "api-key",
  service_key: "service",
  management_key: "management-key",
  page_token: "hand-off",
};

async function withCredential(
  deps: TransportDeps,
  { credentials, scope }: Admission,
  secret: string,
  presented: Presented,
): Promise<AnyActor> {
  const reading = deps.verifier.readKey(secret);
  if (!reading.ok) throw new Refusal(reading.code, refusalDetail(reading.code));
  const { key } = reading;
  if (key.kind === "management_key") {
    const { origin, operationId } = presented;
    const needs = credentials.includes("management-key") ? (scope ?? null) : notAccepted(credentials, key.kind);
    return useManagementKey(deps, { hash: key.hash, origin, operationId, needs });
  }
  if (key.kind === "page_token") {
    const actor = await findSession(deps, secret, presented);
    if (credentials.includes("hand-off")) return actor;
    throw readsSession(credentials) ? beyondHandOff() : notAccepted(credentials, key.kind);
  }
  if (key.kind !== "service_key") {
    const principal = await verifyCredential(deps, key, presented);
    if (!credentials.includes(CLASS_OF[key.kind])) throw notAccepted(credentials, key.kind);
    return { kind: "credential", principal, origin: presented.origin };
  }
  const service = await deps.store.reads.findServiceByHash(key.hash);
  if (service === null) throw new Refusal("token_unknown", refusalDetail("token_unknown"));
  if (service.key.expiresAt !== null && service.key.expiresAt <= deps.clock())
    throw new Refusal("token_expired", "This service key has ended. Ask an instance admin for the next one.");
  if (!credentials.includes("service")) throw notAccepted(credentials, key.kind);
  noteServiceUse(deps, service);
  return { kind: "service", service, origin: presented.origin };
}

async function verifyCredential(
  deps: TransportDeps,
  key: CredentialKey,
  { origin, operationId, onVerified }: Presented,
): Promise<Principal> {
  const client = { ip: origin.ip, userAgent: origin.userAgent, route: routeOfOperation(operationId) };
  const verification = await deps.verifier.verifyKey(key, client);
  if (!verification.ok) throw new Refusal(verification.code, refusalDetail(verification.code, client.ip));
  onVerified(verification);
  return verification.principal;
}

function notAccepted(credentials: readonly CredentialClass[], kind: CredentialKind): Refusal {
  if (credentials.includes("management-key")) {
    return new Refusal(
      "management_key_required",
      "Only a management key can do this. An instance admin creates one, or the configuration declares it.",
    );
  }
  if (credentials.includes("service")) {
    return new Refusal("service_key_required", "Only a service key can do this. An instance admin registers services.");
  }
  if (kind !== "pat" && credentials.includes("pat")) {
    return new Refusal(
      "personal_credential_required",
      "This operation concerns a person's own tokens. Use a personal access token, or sign in.",
    );
  }
  return new Refusal(
    "session_required",
    "No token can do this, regardless of its permissions. Sign in to the web app and do it there.",
  );
}

export interface EndpointRequest {
  readonly request: Request;
  /** Name, value, name, value … in their original order, so that duplicates are visible. */
  readonly rawHeaders: readonly string[];
  readonly origin: RequestOrigin;
  readonly onVerified: (verified: Verified) => void;
}

/**
 * An address with its own protocol, such as `/mcp`. Like an operation, it refuses by throwing a `Refusal`, and is
 * logged and counted. It never reads a cookie.
 */
export interface Endpoint {
  readonly name: string;
  readonly path: string;
  /** Any other method returns 405. */
  readonly method: "POST";
  readonly respond: (request: EndpointRequest) => Promise<Response>;
}

const WEIGHT = /^q=(0(?:\.\d{0,3})?|1(?:\.0{0,3})?)$/i;

/**
 * The quality, from 0 to 1, that an `Accept` or `Accept-Encoding` header (RFC 9110 §12.5) gives to the first of these
 * names that it has, so the most specific one comes first. `undefined` when it has none of them. 0 means "never".
 */
export function qualityOf(header: string, names: readonly string[]): number | undefined {
  const qualities = new Map<string, number>();
  for (const item of header.toLowerCase().split(",")) {
    const [name = "", ...parameters] = item.split(";").map((part) => part.trim());
    const weight = parameters.map((parameter) => WEIGHT.exec(parameter)?.[1]).find((text) => text !== undefined);
    if (name !== "") qualities.set(name, Number(weight ?? 1));
  }
  return names.map((name) => qualities.get(name)).find((quality) => quality !== undefined);
}

/** Whether an `Accept` header names this media type, by itself or by a range, and does not exclude it. */
export function acceptsType(accept: string | null, type: string): boolean {
  const range = `${type.slice(0, type.indexOf("/"))}/*`;
  return (qualityOf(accept ?? "", [type, range, "*/*"]) ?? 0) > 0;
}

const BYTES = 16;
const IDS_AT_ONCE = 256;

const ids = new WeakMap<object, string>();
// Random bytes for many ids cost no more than for one.
const random = Buffer.alloc(BYTES * IDS_AT_ONCE);
let used = random.length;

/** The id of a request: 128 random bits in hex, created at the first call and kept as long as the request. */
export function requestIdOf(request: object): string {
  let id = ids.get(request);
  if (id === undefined) ids.set(request, (id = newRequestId()));
  return id;
}

function newRequestId(): string {
  if (used === random.length) {
    randomFillSync(random);
    used = 0;
  }
  return random.toString("hex", used, (used += BYTES));
}
