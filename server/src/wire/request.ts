// The authentication of a request, by the credentials that its operation accepts, and the parts of a request that HTTP
// and MCP share.
// Rule: a credential in a header takes precedence over a cookie. A token never gets access to an operation that
// requires a session.
import { randomFillSync } from "node:crypto";
import type { CredentialKind, Principal } from "@mintmark/core";
import type { Metrics } from "../metrics/metrics.ts";
import {
  type Actor,
  type Deps,
  Refusal,
  type RequestOrigin,
  type ServiceActor,
  type SessionActor,
} from "../use-cases/use-case.ts";
import { findSessionActor } from "../use-cases/session/session.ts";
import { noteServiceUse } from "../use-cases/verification.ts";
import { type Intake, routeOfOperation } from "../verify/request.ts";
import type { CredentialKey, Verified, Verifier } from "../verify/verifier.ts";
import { refusalDetail } from "./problem.ts";

/**
 * Who may call an operation. `public`: anyone. `session`: a signed-in browser. `instance-admin`: the session of an
 * instance admin. `pat` and `api-key`: an active credential. `service`: a service key. Published as `x-credentials`.
 */
export type CredentialClass = "public" | "session" | "instance-admin" | "pat" | "api-key" | "service";

/** The dependencies of handlers. */
export interface TransportDeps extends Deps {
  readonly verifier: Verifier;
  /** The current brand of secrets and the retired ones. */
  readonly brands: ReadonlySet<string>;
  readonly metrics: Metrics;
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
  credentials: readonly CredentialClass[],
  presented: Presented,
): Promise<Actor | ServiceActor | null> {
  if (credentials.includes("public")) return null;
  const { taken } = presented;
  if (taken.ok) return withCredential(deps, credentials, taken.secret, presented);
  if (taken.code !== "credentials_missing") throw new Refusal(taken.code, refusalDetail(taken.code));
  if (credentials.includes("session") || credentials.includes("instance-admin"))
    return withSession(deps, credentials, presented);
  throw new Refusal("credentials_missing", refusalDetail("credentials_missing"));
}

async function withSession(
  deps: TransportDeps,
  credentials: readonly CredentialClass[],
  presented: Presented,
): Promise<SessionActor> {
  if (presented.cookie === null) throw new Refusal("credentials_missing", refusalDetail("credentials_missing"));
  const actor = await findSessionActor(deps, presented.cookie, presented.origin);
  if (actor === null) throw new Refusal("session_ended", "Your session has ended or expired. Sign in again.");
  if (!credentials.includes("session") && actor.user.instanceAdminAt === null) {
    throw new Refusal("instance_admin_required", "Only an instance admin can do this. Ask an instance admin.");
  }
  return actor;
}

const CLASS_OF: Readonly<Record<CredentialKind, CredentialClass>> = {
  pat: "pat",
  api_key: "api-key",
  service_key: "service",
};

async function withCredential(
  deps: TransportDeps,
  credentials: readonly CredentialClass[],
  secret: string,
  presented: Presented,
): Promise<Actor | ServiceActor> {
  const reading = deps.verifier.readKey(secret);
  if (!reading.ok) throw new Refusal(reading.code, refusalDetail(reading.code));
  const { key } = reading;
  if (key.kind !== "service_key") {
    const principal = await verifyCredential(deps, key, presented);
    if (!credentials.includes(CLASS_OF[key.kind])) throw notAccepted(credentials, key.kind);
    return { kind: "credential", principal, origin: presented.origin };
  }
  const service = await deps.store.reads.findServiceByHash(key.hash);
  if (service === null) throw new Refusal("token_unknown", refusalDetail("token_unknown"));
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
