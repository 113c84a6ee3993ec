// Everything that the declaration of an operation and the catalogue say about one actor: the rule of who may call what,
// written a second time, independently. The matrix compares it with the responses of the server.
import { ERROR_CODES, type ErrorCode } from "@mintmark/core";
import { oauthCodeOf } from "../../src/http/oauth-error.ts";
import type { CredentialClass } from "../../src/wire/request.ts";
import type { Operation } from "../../src/http/operation.ts";
import type { MatrixActor } from "./actors.ts";
import { ANY_OF, exceptionFor } from "./exceptions.ts";

/** `allowed`; the code of a refusal; or `as anonymous`: the response that everybody gets. */
export type Expectation = "allowed" | "as anonymous" | ErrorCode;

/** The owner of the thing that the path names last: the caller or the organization, or somebody else. */
export type Target = "own" | "foreign";

const CLASS_OF = {
  pat: "pat",
  api_key: "api-key",
  service_key: "service",
  management_key: "management-key",
  page_token: "hand-off",
} as const satisfies Record<string, CredentialClass>;

/** The response that this actor must get. Throws where the declaration does not say it. */
export function expectationOf(operation: Operation, actor: MatrixActor, target: Target): Expectation {
  return (
    refusalOfCredential(operation, actor) ??
    exceptionFor(operation, actor, target)?.outcome ??
    refusalOfAuthority(operation, actor) ??
    refusalOfStaleness(operation, actor) ??
    (target === "foreign" ? "not_found" : "allowed")
  );
}

/** Whether the actor may call the operation at all, by `credentials`. */
function refusalOfCredential(
  { credentials, scope, mayBeSignedOut }: Operation,
  actor: MatrixActor,
): Expectation | null {
  const accepts = (wanted: CredentialClass): boolean => credentials.includes(wanted);
  if (accepts("public")) return "as anonymous";
  if (actor.kind === "anonymous") return mayBeSignedOut === true ? null : "credentials_missing";
  if (actor.kind === "session") {
    // The server does not read a cookie where it accepts no session.
    if (!accepts("session") && !accepts("instance-admin") && !accepts("hand-off")) return "credentials_missing";
    if (actor.isSuspended) return mayBeSignedOut === true ? null : "session_ended";
    if (actor.isHandOff) return accepts("hand-off") ? null : "hand_off_session_limited";
    return accepts("session") || actor.isInstanceAdmin ? null : "instance_admin_required";
  }
  if (actor.isSuspended) return "user_suspended";
  if (actor.kind === "page_token" && !accepts("hand-off") && (accepts("session") || accepts("instance-admin")))
    return "hand_off_session_limited";
  if (accepts(CLASS_OF[actor.kind]))
    return actor.kind === "management_key" && scope !== undefined && !actor.scopes.includes(scope)
      ? "scope_missing"
      : null;
  if (accepts("management-key")) return "management_key_required";
  if (accepts("service")) return "service_key_required";
  return actor.kind !== "pat" && accepts("pat") ? "personal_credential_required" : "session_required";
}

/** Whether its permissions suffice, by `permission`. */
function refusalOfAuthority({ permission, path, operationId }: Operation, actor: MatrixActor): Expectation | null {
  const all = permission === undefined ? [] : [permission].flat();
  const any = ANY_OF[operationId] ?? [];
  if (all.length + any.length === 0) {
    if (!path.startsWith("/api/organizations/{")) return null;
    throw new Error(`${operationId} is about an organization and declares no permission: declare who may call it`);
  }
  if (actor.permissions === null) return "not_found";
  const held = new Set(actor.permissions);
  const holds = (needed: string): boolean => held.has(needed);
  return all.every(holds) && (any.length === 0 || any.some(holds)) ? null : "permission_denied";
}

/** Whether the operation needs a more recent password, by `recentPassword`. */
function refusalOfStaleness({ recentPassword }: Operation, actor: MatrixActor): Expectation | null {
  return actor.isStale && recentPassword !== undefined ? "reauthentication_required" : null;
}

/** The status of the expected response. */
export function statusOf(operation: Operation, expectation: Exclude<Expectation, "as anonymous">): number {
  if (expectation === "allowed") return operation.status;
  return operation.errorType === "oauth" ? oauthCodeOf(expectation).status : ERROR_CODES[expectation].status;
}
