// Routes that respond to some actor otherwise than `credentials` and `permission` say, with the reason.
// Every line is a documented rule of the product; one that no cell of the matrix needs fails the matrix.
import type { ErrorCode } from "@mintmark/core";
import type { Operation } from "../../src/http/operation.ts";
import type { MatrixActor } from "./actors.ts";
import type { Target } from "./expectation.ts";

export interface Exception {
  readonly operations: readonly string[];
  readonly who: (actor: MatrixActor) => boolean;
  readonly target?: Target;
  readonly outcome: "allowed" | ErrorCode;
  readonly reason: string;
}

/** Operations that need any one of these permissions. */
export const ANY_OF: Readonly<Record<string, readonly string[]>> = {
  getOffboardingReceipt: ["audit:read", "members:write"],
  getMintingRules: ["tokens:create", "api-keys:write", "policy:read"],
};

export const EXCEPTIONS: readonly Exception[] = [
  {
    operations: ["requestEmailVerification", "sendTestEmail"],
    who: () => true,
    outcome: "mail_off",
    reason: "the instance of the matrix sends no mail",
  },
  {
    operations: ["approveDevice", "denyDevice"],
    who: () => true,
    outcome: "not_found",
    reason: "a login belongs to the session that opened it, and the sessions of the matrix have opened none",
  },
  {
    operations: ["joinOrganization"],
    who: () => true,
    outcome: "not_found",
    reason: "an organization that is not open to a domain looks as if it did not exist, also to its members",
  },
  {
    operations: ["revokeToken"],
    who: ({ name }) => name === "owner's read-only token",
    target: "own",
    outcome: "permission_denied",
    reason: "a read-only token revokes itself and no other token",
  },
  {
    operations: ["verifyEmail", "acceptInvitation"],
    who: ({ isStale }) => isStale,
    outcome: "allowed",
    reason: "only the proof of an address needs the password again, and the address of these is proved",
  },
  {
    operations: ["resendInvitation", "reinstateMember", "setDomainJoining"],
    who: ({ isStale, permissions }) => isStale && permissions !== null,
    target: "own",
    outcome: "allowed",
    reason: "only a role that holds members:write needs the password again, and viewer does not",
  },
  {
    operations: ["changeRole", "resendInvitation", "reinstateMember"],
    who: ({ isStale, permissions }) => isStale && permissions !== null,
    target: "foreign",
    outcome: "not_found",
    reason: "whether it needs the password again depends on its target, so the target is looked up first",
  },
  {
    operations: ["replaceToken"],
    who: ({ kind, isStale }) => kind === "session" && isStale,
    target: "foreign",
    outcome: "not_found",
    reason: "whether it needs the password again depends on the token, so the token is looked up first",
  },
  {
    operations: [
      "putDirectoryUser",
      "deleteDirectoryUser",
      "putDirectoryOrganization",
      "deleteDirectoryOrganization",
      "deleteDirectoryMember",
    ],
    who: ({ kind }) => kind === "management_key",
    target: "foreign",
    outcome: "allowed",
    reason:
      "another source's external id is free in the key's own: what the host names is made there, or is gone already",
  },
  {
    operations: ["putDirectoryMember", "putDirectoryMembers"],
    who: ({ kind }) => kind === "management_key",
    target: "foreign",
    outcome: "external_id_unknown",
    reason: "the host must have sent the organization and the user, and learns which of them is missing",
  },
];

export function exceptionFor(operation: Operation, actor: MatrixActor, target: Target): Exception | null {
  return (
    EXCEPTIONS.find(
      (exception) =>
        exception.operations.includes(operation.operationId) &&
        (exception.target ?? target) === target &&
        exception.who(actor),
    ) ?? null
  );
}
