// The caller behind a verified credential, and how it is read from a response of the instance.
// Rule: a response that lacks a field or has one of another type is no verdict. The SDK then refuses the request.
import type { Permission, Role } from "./catalogue.ts";
import { type Fields, isObject } from "./options.ts";

export interface Principal {
  readonly credential: {
    /** A person's token, or an organization's key. */
    readonly type: "pat" | "api_key";
    readonly id: string;
    readonly name: string;
    /** The first characters of the secret, for logs. */
    readonly prefix: string;
    /** RFC 3339 in UTC. `null`: it has no expiry. */
    readonly expiresAt: string | null;
    /** When time alone ends it, by its expiry or the organization's policy. `null`: never. */
    readonly endsAt: string | null;
    readonly endsBecause: string | null;
  };
  /** `null` for an API key, which belongs to the organization. */
  readonly user: {
    readonly id: string;
    /** The id that your product gave the user. `null`: your product does not keep this user. */
    readonly externalId: string | null;
    readonly name: string;
    readonly email: string;
    readonly emailVerified: boolean;
  } | null;
  readonly organization: {
    readonly id: string;
    /** The id that your product gave the organization. `null`: your product does not keep this organization. */
    readonly externalId: string | null;
    readonly name: string;
    /** Whether it is the organization that each user has alone. */
    readonly personal: boolean;
  };
  /** For display. Decide by permissions, because a token can hold less than the role. */
  readonly role: Role;
  /** What the credential may do now: its role, its own list and the policy's ceiling together. */
  readonly permissions: readonly Permission[];
}

/** The principal in a response, or `null` when it does not hold one completely. */
export function readPrincipal(answer: Fields): Principal | null {
  const { credential, user, organization, role, permissions } = answer;
  if (!isObject(credential) || !isObject(organization) || typeof role !== "string") return null;
  const { type, id, name, prefix, expiresAt = null, endsAt = null, endsBecause = null } = credential;
  if ((type !== "pat" && type !== "api_key") || !isText(id) || !isString(name) || !isString(prefix)) return null;
  if (!isInstantOrNull(expiresAt) || !isInstantOrNull(endsAt) || !isStringOrNull(endsBecause)) return null;
  const owner = user === null ? null : readUser(user);
  const tenant = readOrganization(organization);
  if (owner === undefined || tenant === null) return null;
  // A token always has a user, and an API key never has one.
  if ((owner === null) !== (type === "api_key")) return null;
  if (!Array.isArray(permissions) || !permissions.every(isString)) return null;
  return {
    credential: { type, id, name, prefix, expiresAt, endsAt, endsBecause },
    user: owner,
    organization: tenant,
    role,
    permissions,
  };
}

function readUser(value: unknown): Principal["user"] | undefined {
  if (!isObject(value)) return undefined;
  const { id, externalId = null, name, email, emailVerified } = value;
  if (!isText(id) || !isStringOrNull(externalId) || !isString(name) || !isString(email)) return undefined;
  return typeof emailVerified === "boolean" ? { id, externalId, name, email, emailVerified } : undefined;
}

function readOrganization({ id, externalId = null, name, personal }: Fields): Principal["organization"] | null {
  if (!isText(id) || !isStringOrNull(externalId) || !isString(name) || typeof personal !== "boolean") return null;
  return { id, externalId, name, personal };
}

function isString(value: unknown): value is string {
  return typeof value === "string";
}

function isText(value: unknown): value is string {
  return typeof value === "string" && value !== "";
}

function isStringOrNull(value: unknown): value is string | null {
  return value === null || typeof value === "string";
}

function isInstantOrNull(value: unknown): value is string | null {
  return value === null || (typeof value === "string" && !Number.isNaN(Date.parse(value)));
}
