// Who a request is, by what its operation accepts. A credential in a header wins over a cookie: whoever
// sends one means to act as it, and a token never gets what only a session may do.
import type { CredentialKind, Principal } from "@mintmark/core";
import { parseSecret } from "@mintmark/core";
import type { Actor, RequestOrigin, ServiceActor, SessionActor } from "../service/actor.ts";
import { Refusal } from "../service/refusal.ts";
import { noteServiceUse } from "../service/verification/note-service-use.ts";
import { findSessionActor } from "../service/session/find-session.ts";
import { hashSecret } from "../secrets/hash.ts";
import type { Intake } from "../verify/intake.ts";
import { routeOfOperation } from "../verify/route.ts";
import type { CredentialClass, HttpDeps } from "./operation.ts";
import { refusalDetail } from "./refusal-detail.ts";

export interface Presented {
  /** The credential that was taken out of the request. */
  readonly taken: Intake;
  /** The session cookie's value. */
  readonly cookie: string | null;
  readonly origin: RequestOrigin;
  /** The operation that is asked for, for the history of use. */
  readonly operationId: string;
  /** Called with whom a token or key was verified to be, also when the operation does not accept it. */
  readonly onVerified: (principal: Principal) => void;
}

/** Answers the actor, `null` for a public operation, or refuses. */
export async function authenticate(
  deps: HttpDeps,
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
  deps: HttpDeps,
  credentials: readonly CredentialClass[],
  presented: Presented,
): Promise<SessionActor> {
  if (presented.cookie === null) throw new Refusal("credentials_missing", refusalDetail("credentials_missing"));
  const actor = await findSessionActor(deps, presented.cookie, presented.origin);
  if (actor === null)
    throw new Refusal("session_ended", "You were signed out, or the session's time is over. Sign in again.");
  if (!credentials.includes("session") && actor.user.instanceAdminAt === null) {
    throw new Refusal("instance_admin_required", "Only an instance admin can do this. Ask one.");
  }
  return actor;
}

const CLASS_OF: Readonly<Record<CredentialKind, CredentialClass>> = {
  pat: "pat",
  api_key: "api-key",
  service_key: "service",
};

async function withCredential(
  deps: HttpDeps,
  credentials: readonly CredentialClass[],
  secret: string,
  presented: Presented,
): Promise<Actor | ServiceActor> {
  const parsed = parseSecret(secret, deps.brands);
  if (!parsed.ok) throw new Refusal(parsed.code, refusalDetail(parsed.code));
  const actor =
    parsed.kind === "service_key"
      ? await serviceActor(deps, secret, presented.origin)
      : await credentialActor(deps, secret, presented);
  if (!credentials.includes(CLASS_OF[parsed.kind])) throw notAccepted(credentials, parsed.kind);
  if (actor.kind === "service") noteServiceUse(deps, actor.service);
  return actor;
}

async function credentialActor(
  deps: HttpDeps,
  secret: string,
  { origin, operationId, onVerified }: Presented,
): Promise<Actor> {
  const client = { ip: origin.ip, userAgent: origin.userAgent, route: routeOfOperation(operationId) };
  const verification = await deps.verifier.verify(secret, client);
  if (!verification.ok) throw new Refusal(verification.code, refusalDetail(verification.code, client.ip));
  onVerified(verification.principal);
  return { kind: "credential", principal: verification.principal, origin };
}

async function serviceActor(deps: HttpDeps, secret: string, origin: RequestOrigin): Promise<ServiceActor> {
  const service = await deps.store.reads.findServiceByHash(hashSecret(secret));
  if (service === null) throw new Refusal("token_unknown", refusalDetail("token_unknown"));
  return { kind: "service", service, origin };
}

function notAccepted(credentials: readonly CredentialClass[], kind: CredentialKind): Refusal {
  if (credentials.includes("service")) {
    return new Refusal("service_key_required", "Only a service key can do this. An instance admin registers services.");
  }
  if (kind !== "pat" && credentials.includes("pat")) {
    return new Refusal(
      "personal_credential_required",
      "This concerns a person's own tokens. Use a personal access token, or sign in.",
    );
  }
  return new Refusal(
    "session_required",
    "No token can do this, whatever its permissions. Sign in to the web app and do it there.",
  );
}
