// The credentials of the verifier in memory, with the facts that a verdict depends on.
// Rule: what tokens have in common, their user, membership and organization, is one object, so that a change concerns all.
import {
  type Catalogue as Roles,
  type CatalogueAdditions,
  createCatalogue,
  defaultPolicy,
  effectivePermissions,
  type Facts,
  formatId,
  formatSecret,
  type IdKind,
  type IdTypes,
  missingPermissions,
  prefixOf,
} from "@mintmark/core";
import type { TestCatalogue, TestToken } from "./test-options.ts";

type Mutable<T> = { -readonly [Key in keyof T]: T[Key] };
type TokenFacts = Extract<Facts, { kind: "pat" }>;

interface User extends Mutable<TokenFacts["user"]> {
  readonly externalId: string | null;
}

interface Organization extends Mutable<Facts["organization"]> {
  readonly externalId: string | null;
}

/** The facts of a credential. */
export interface Held {
  readonly fixed: Pick<Facts, "id" | "kind" | "name" | "prefix" | "permissions" | "createdAt" | "expiresAt">;
  readonly roles: Roles;
  readonly organization: Organization;
  readonly user: User | null;
  /** Of an API key, only its role. */
  readonly membership: Mutable<TokenFacts["membership"]>;
  lastUsedAt: number | null;
  revokedAt: number | null;
}

interface TestStore {
  /** By secret. */
  readonly held: ReadonlyMap<string, Held>;
  readonly create: (token?: TestToken) => string;
}

export function createStore(additions: TestCatalogue | undefined, now: () => number): TestStore {
  const held = new Map<string, Held>();
  const users = new Map<string, User>();
  const organizations = new Map<string, Organization>();
  const memberships = new Map<string, Held["membership"]>();
  const declared = additions === undefined ? null : rolesOf(additions);
  const create = (token: TestToken = {}): string => {
    const { type: kind = "pat", role = "member", permissions = null, createdAt, expiresAt } = token;
    const roles = declared ?? rolesOf(withPermissions(role, permissions ?? []));
    checkPermissions(roles, role, permissions);
    const organization = found(organizations, keyOf(token.organization), () =>
      newOrganization(token.organization, roles),
    );
    const user = kind === "pat" ? found(users, keyOf(token.user), () => newUser(token.user)) : null;
    const makeMembership = (): Held["membership"] => ({
      id: newId("membership"),
      role,
      suspendedAt: null,
      endedAt: null,
    });
    const membership =
      user === null ? makeMembership() : found(memberships, `${user.id} ${organization.id}`, makeMembership);
    const secret = formatSecret("mm", kind, crypto.getRandomValues(new Uint8Array(20)));
    const text = secret.expose();
    held.set(text, {
      fixed: {
        id: newId(kind === "pat" ? "token" : "apiKey"),
        kind,
        name: token.name ?? "test",
        prefix: prefixOf(secret),
        permissions,
        createdAt: createdAt?.getTime() ?? now(),
        expiresAt: expiresAt?.getTime() ?? null,
      },
      roles,
      organization,
      user,
      membership,
      lastUsedAt: null,
      revokedAt: null,
    });
    return text;
  };
  return { held, create };
}

/** Without a catalogue file, a token's permissions exist, and its role has them. */
function withPermissions(role: string, permissions: readonly string[]): CatalogueAdditions {
  const known = rolesOf({});
  const unknown = permissions.filter((name) => !known.permissions.has(name));
  return { permissions: unknown.map((name) => ({ name })), roles: { [role]: { permissions } } };
}

function rolesOf(additions: CatalogueAdditions): Roles {
  const created = createCatalogue(additions);
  if (!created.ok) throw new TypeError(`the catalogue is not valid: ${created.problems.join("; ")}`);
  return created.catalogue;
}

/** An instance mints no token with more than its role has. */
function checkPermissions(roles: Roles, role: string, permissions: readonly string[] | null): void {
  if (!roles.roles.has(role)) throw new TypeError(`the catalogue has no role ${role}`);
  if (permissions === null) return;
  if (permissions.length === 0) throw new TypeError("a token has at least one permission, or the whole role");
  const held = effectivePermissions(roles, { role, listed: null, ceiling: { kind: "role" } });
  const missing = missingPermissions(permissions, held);
  if (missing.length > 0) throw new TypeError(`the role ${role} does not have ${missing.join(", ")}`);
}

function found<T>(all: Map<string, T>, key: string, make: () => T): T {
  const value = all.get(key) ?? make();
  all.set(key, value);
  return value;
}

function keyOf(given: { id?: string; externalId?: string | null; email?: string; name?: string } | undefined): string {
  const { id, externalId, email, name } = given ?? {};
  return JSON.stringify(id ?? externalId ?? email ?? name ?? null);
}

function newUser(given: TestToken["user"] = {}): User {
  const { name = "Ada", email = "ada@example.com", emailVerified = true, externalId = null } = given;
  return {
    id: (given.id ?? newId("user")) as User["id"],
    externalId,
    name,
    email,
    emailVerifiedAt: emailVerified ? 0 : null,
    suspendedAt: null,
    deletedAt: null,
  };
}

function newOrganization(given: TestToken["organization"] = {}, roles: Roles): Organization {
  const { name = "Northwind", personal = false, externalId = null } = given;
  const id = (given.id ?? newId("organization")) as Organization["id"];
  return { id, externalId, name, personal, deletedAt: null, policy: defaultPolicy(roles.roles.keys()) };
}

function newId<K extends IdKind>(kind: K): IdTypes[K] {
  const random = crypto.getRandomValues(new Uint8Array(16));
  return formatId(kind, [...random].map((byte) => byte.toString(16).padStart(2, "0")).join(""));
}
